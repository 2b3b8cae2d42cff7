from django.db import migrations

FORWARD = """
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON exams_answerevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER event_is_append_only ON exams_answerevent"


class Migration(migrations.Migration):
    """An answer that was logged stays in the log."""

    dependencies = [("exams", "0001_initial"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
