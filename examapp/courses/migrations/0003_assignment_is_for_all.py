from django.db import migrations, models

FORWARD = """
UPDATE courses_assignment SET is_for_all = false
WHERE id IN (SELECT assignment_id FROM courses_recipient);
"""


class Migration(migrations.Migration):
    """Whether an assignment is for all is told, and not read from rows that may go."""

    dependencies = [("courses", "0002_owner_and_log")]
    operations = [
        migrations.AddField(
            model_name="assignment",
            name="is_for_all",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
