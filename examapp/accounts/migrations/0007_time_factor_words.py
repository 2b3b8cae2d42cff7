import django.core.validators
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_reminded_on'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accommodation',
            name='time_factor',
            field=models.DecimalField(decimal_places=2, default=Decimal('1.00'), help_text='1.5 gives half as much time on top.', max_digits=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)]),
        ),
    ]
