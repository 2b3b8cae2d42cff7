from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("draft", "Draft"),
    ("courses", "Open to courses"),
    ("open", "Open to all"),
    ("closed", "Closed"),
    ("archived", "Archived"),
    ("deleted", "Deleted"),
]
LEVELS = [("strict", "Strict"), ("usual", "Usual"), ("open", "Open")]


class Migration(migrations.Migration):
    dependencies = [("questions", "0011_previews_and_exports")]

    operations = [
        # What is there already was open to everyone, and held to the strict rules.
        migrations.AddField(
            "exam", "state", models.CharField(max_length=10, choices=STATES, default="open", db_default="open")
        ),
        migrations.AlterField(
            "exam", "state", models.CharField(max_length=10, choices=STATES, default="draft", db_default="draft")
        ),
        migrations.AddField(
            "exam", "strictness", models.CharField(max_length=10, choices=LEVELS, default="strict", db_default="strict")
        ),
        migrations.AlterField(
            "exam", "strictness", models.CharField(max_length=10, choices=LEVELS, default="usual", db_default="usual")
        ),
        migrations.AddConstraint(
            "exam",
            models.CheckConstraint(
                condition=Q(state__in=[name for name, _ in STATES]), name="exam_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            "exam",
            models.CheckConstraint(
                condition=Q(strictness__in=[name for name, _ in LEVELS]),
                name="exam_strictness_is_known",
            ),
        ),
    ]
