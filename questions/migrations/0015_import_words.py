from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('questions', '0014_bulk_runs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='import',
            name='duplicates',
            field=models.CharField(choices=[('skip', 'Keep the question as it is'), ('update', 'Change the question, as a draft'), ('new', 'Add another question')], default='skip', max_length=10, verbose_name='duplicates'),
        ),
        migrations.AlterField(
            model_name='import',
            name='status',
            field=models.CharField(choices=[('looking', 'Being read'), ('read', 'Waiting for you'), ('queued', 'Waiting to begin'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Nothing was imported'), ('undone', 'Undone')], db_index=True, default='read', max_length=10),
        ),
    ]
