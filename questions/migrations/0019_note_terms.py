import re

import django.contrib.postgres.fields
from django.db import migrations, models

# What a term looked like when this was written; the next load or save of a note writes it anew.
TERM = re.compile(
    r"^[-*][ \t]+\*\*([^*\n(]+?)(?:[ \t]+\([^*)\n]*\))?\*\*"
    r"(?:[ \t]+\([^)\n]*\))?:[ \t]+\S",
    re.MULTILINE,
)


def fill(apps, schema_editor):
    Note = apps.get_model("questions", "Note")
    for note in Note.objects.only("source").iterator():
        keys = dict.fromkeys(match[1].strip().lower() for match in TERM.finditer(note.source))
        note.terms = [key for key in keys if len(key) <= 200]
        if note.terms:
            note.save(update_fields=["terms"])


class Migration(migrations.Migration):
    """Notes know the terms that they define."""

    dependencies = [("questions", "0018_comment_mailed_to")]
    operations = [
        migrations.AddField(
            model_name="note",
            name="terms",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=200),
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
