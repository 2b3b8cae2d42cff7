import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
UPDATE exams_problemreport problem
SET version_id = item.version_id, reporter_id = session.candidate_id
FROM exams_sessionitem item JOIN exams_examsession session ON session.id = item.session_id
WHERE item.id = problem.item_id
"""


class Migration(migrations.Migration):
    """A problem names its wording and its reporter; it need not come from a sitting."""

    dependencies = [
        ("exams", "0006_regraded_scores"),
        ("questions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "problemreport",
            "version",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="questions.questionversion",
            ),
        ),
        migrations.AddField(
            "problemreport",
            "reporter",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="problem_reports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        # Foreign keys that are checked at the end would keep the columns from being altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "problemreport",
            "version",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="questions.questionversion",
            ),
        ),
        migrations.AlterField(
            "problemreport",
            "reporter",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="problem_reports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "problemreport",
            "item",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problem",
                to="exams.sessionitem",
            ),
        ),
    ]
