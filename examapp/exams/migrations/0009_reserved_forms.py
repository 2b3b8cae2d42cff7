from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A fixed form can be reserved: its questions are kept from everybody until it closes."""

    dependencies = [("exams", "0008_exam_form_names")]

    operations = [
        migrations.AddField(
            model_name="examform",
            name="is_reserved",
            field=models.BooleanField(
                default=False, db_default=False, help_text="Its questions are kept from everybody's practice."
            ),
        ),
        migrations.AddField(
            model_name="examform",
            name="reserved_until",
            field=models.DateTimeField(
                blank=True, help_text="When the reservation ends; never where empty.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="examform",
            constraint=models.CheckConstraint(
                condition=Q(is_reserved=False, reserved_until__isnull=True)
                | Q(is_reserved=True, kind="fixed"),
                name="form_reserved_is_fixed",
            ),
        ),
    ]
