from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A sitting can be discarded or left out; a trial of the staff is marked."""

    dependencies = [("exams", "0009_reserved_forms")]

    operations = [
        migrations.AddField(
            model_name="examsession",
            name="is_trial",
            field=models.BooleanField(
                default=False, db_default=False, help_text="Sat by someone who could edit the exam when it began."
            ),
        ),
        migrations.AddField(
            model_name="examsession",
            name="left_out_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when its candidate leaves it out of their report.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="examsession",
            name="finish_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("submitted", "Submitted"),
                    ("expired", "Time ran out"),
                    ("discarded", "Discarded"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="examsession",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("finished", "Finished"),
                    ("discarded", "Discarded"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="examsession", name="session_is_open_or_says_when_and_why_it_ended"
        ),
        migrations.AddConstraint(
            model_name="examsession",
            constraint=models.CheckConstraint(
                condition=Q(status="open", finished_at__isnull=True, finish_reason="")
                | Q(
                    status="finished",
                    finished_at__isnull=False,
                    finish_reason__in=["submitted", "expired"],
                )
                | Q(
                    status="discarded",
                    finished_at__isnull=False,
                    finish_reason__in=["submitted", "expired", "discarded"],
                ),
                name="session_is_open_or_says_when_and_why_it_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="examsession",
            constraint=models.CheckConstraint(
                condition=Q(left_out_at__isnull=True) | Q(status="finished"),
                name="session_left_out_is_finished",
            ),
        ),
    ]
