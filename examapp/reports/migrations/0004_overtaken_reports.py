from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_deliveries"), ("exams", "0006_regraded_scores")]

    operations = [
        migrations.AddField(
            "weakareareport",
            "regrades",
            models.PositiveIntegerField(
                db_default=0,
                help_text="How often the sittings that it rests on had been graded again.",
            ),
        ),
    ]
