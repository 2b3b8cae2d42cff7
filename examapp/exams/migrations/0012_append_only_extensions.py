from django.db import migrations

FORWARD = """
CREATE TRIGGER extension_is_append_only BEFORE UPDATE OR DELETE ON exams_timeextension
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER extension_is_append_only ON exams_timeextension"


class Migration(migrations.Migration):
    """Time that was given stays on record."""

    dependencies = [("exams", "0011_time_extensions"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
