from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER version_is_immutable BEFORE UPDATE OR DELETE ON questions_questionversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER version_is_immutable ON questions_questionversion;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """What was asked stays as it was asked."""

    dependencies = [("questions", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
