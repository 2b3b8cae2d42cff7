from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built while scores are written.
    atomic = False

    dependencies = [("exams", "0005_form_origin")]

    operations = [
        AddIndexConcurrently(
            "score",
            models.Index(
                condition=models.Q(number__gt=1), fields=["session"], name="score_of_a_regrade"
            ),
        ),
    ]
