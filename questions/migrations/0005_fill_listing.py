from django.db import migrations

# Shingles are filled by the next load of the bank's files, which counts them.
FORWARD = """
UPDATE questions_question q SET
    origin = 'files',
    type = v.type,
    level = v.level,
    stem = v.content->>'stem',
    words = (
        SELECT coalesce(string_agg(word, ' '), '')
        FROM jsonb_array_elements_text((v.content->'options') || (v.content->'prompts')) word
    )
FROM questions_questionversion v WHERE v.id = q.current_version_id
"""


class Migration(migrations.Migration):
    """Questions that stand already came from files; lists find them by their wording."""

    dependencies = [("questions", "0004_append_only_audit")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
