from django.db import migrations

FORWARD = """
CREATE FUNCTION course_keeps_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM courses_course WHERE id = OLD.course_id) AND NOT EXISTS (
        SELECT FROM courses_coursestaff WHERE course_id = OLD.course_id AND is_owner) THEN
        RAISE EXCEPTION 'course % keeps an owner', OLD.course_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER course_keeps_an_owner AFTER UPDATE OR DELETE ON courses_coursestaff
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION course_keeps_an_owner();
CREATE TRIGGER course_entry_is_append_only BEFORE UPDATE OR DELETE ON courses_courseentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER course_entry_is_append_only ON courses_courseentry;
DROP TRIGGER course_keeps_an_owner ON courses_coursestaff;
DROP FUNCTION course_keeps_an_owner();
"""


class Migration(migrations.Migration):
    """A course keeps an owner; what was done in it stays in its log."""

    dependencies = [("courses", "0001_courses"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
