from django.db import migrations

# What a load would write but for entities; the next load writes it.
FORWARD = """
UPDATE questions_note SET text =
    btrim(regexp_replace(regexp_replace(html, '<[^>]+>', ' ', 'g'), '\\s+', ' ', 'g'))
"""


class Migration(migrations.Migration):
    """Notes that stand already are found by their words."""

    dependencies = [("questions", "0006_notes_search")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
