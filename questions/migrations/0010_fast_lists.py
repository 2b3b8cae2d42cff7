from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Indexes are built while the bank is read and written.
    atomic = False

    dependencies = [("questions", "0009_imports")]

    operations = [
        AddIndexConcurrently(
            "question",
            models.Index(fields=["exam", "ref"], include=["id"], name="question_by_place"),
        ),
        AddIndexConcurrently(
            "question",
            models.Index(
                fields=["exam", "status", "-changed_at", "-id"], name="question_by_standing"
            ),
        ),
        AddIndexConcurrently(
            "question",
            models.Index(
                fields=["exam", "topic", "type", "level"],
                include=["status", "author", "changed_at", "id"],
                name="question_by_tags",
            ),
        ),
        RemoveIndexConcurrently("question", "question_by_ref"),
        RemoveIndexConcurrently("question", "question_by_status"),
    ]
