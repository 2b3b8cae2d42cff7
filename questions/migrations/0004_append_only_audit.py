from django.db import migrations

FORWARD = """
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON questions_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = "DROP TRIGGER audit_is_append_only ON questions_auditentry"


class Migration(migrations.Migration):
    """What was done stays on record."""

    dependencies = [("questions", "0003_authoring")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
