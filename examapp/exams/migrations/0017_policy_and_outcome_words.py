from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exams', '0016_trials_of_staff'),
    ]

    operations = [
        migrations.AlterField(
            model_name='keycorrection',
            name='policy',
            field=models.CharField(choices=[('new', 'The new key counts'), ('both', 'Both keys count'), ('drop', 'The question does not count'), ('everyone', 'Everyone gets the point')], max_length=10),
        ),
        migrations.AlterField(
            model_name='toldresult',
            name='outcome',
            field=models.CharField(choices=[('passed', 'Passed'), ('failed', 'Not passed'), ('unsaid', 'Prefer not to say')], max_length=6),
        ),
    ]
