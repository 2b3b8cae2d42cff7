from django.db import migrations

FORWARD = """
CREATE TRIGGER told_result_is_append_only BEFORE UPDATE OR DELETE ON exams_toldresult
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER told_result_is_append_only ON exams_toldresult"


class Migration(migrations.Migration):
    """What a person told of the real exam stays as it was told."""

    dependencies = [("exams", "0013_told_results"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
