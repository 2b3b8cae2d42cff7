import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0002_teaching_scope'),
    ]

    operations = [
        migrations.AlterField(
            model_name='token',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read exams, results and history'), ('sit', 'Take exams'), ('author', 'Work on question banks'), ('teach', 'Work on courses: people, assignments, results')], max_length=10)),
        ),
    ]
