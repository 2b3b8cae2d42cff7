from django.db import migrations

# What is said of a question afterwards is no part of its answer.
FORWARD = """
CREATE TRIGGER practice_answer_stays BEFORE UPDATE ON practice_practiceitem
    FOR EACH ROW WHEN (
        OLD.answered_at IS NOT NULL
        AND (to_jsonb(NEW) - 'problem_id') IS DISTINCT FROM (to_jsonb(OLD) - 'problem_id')
    )
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER practice_answer_is_kept BEFORE DELETE ON practice_practiceitem
    FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER practice_answer_stays ON practice_practiceitem;
DROP TRIGGER practice_answer_is_kept ON practice_practiceitem;
"""


class Migration(migrations.Migration):
    """An answer that was explained stays as it was given."""

    dependencies = [("practice", "0001_initial"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
