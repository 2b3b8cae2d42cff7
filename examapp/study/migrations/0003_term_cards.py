import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A card may be of a term of the glossary, for who chose to review terms."""

    dependencies = [
        ('questions', '0019_note_terms'),
        ('study', '0002_log_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TermReviews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='term_reviews', to=settings.AUTH_USER_MODEL)),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='questions.exam')),
            ],
        ),
        migrations.AddConstraint(
            model_name='termreviews',
            constraint=models.UniqueConstraint(fields=('candidate', 'exam'), name='term_reviews_once'),
        ),
        migrations.AddField(
            model_name='card',
            name='term',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AlterField(
            model_name='card',
            name='question',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questions.question'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(condition=models.Q(('term', ''), _negated=True), fields=('candidate', 'exam', 'term'), name='card_one_of_a_term'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('question__isnull', False), ('term', '')), models.Q(models.Q(('term', ''), _negated=True), ('fact', ''), ('question__isnull', True)), _connector='OR'), name='card_is_of_a_question_or_a_term'),
        ),
    ]
