from django.db import migrations


class Migration(migrations.Migration):
    """Forms are called exam forms; their tables keep their names."""

    # The statistics of reports refer to the form by the name it had.
    dependencies = [("exams", "0007_problems_of_practice"), ("reports", "0002_measurement")]

    operations = [
        migrations.AlterModelTable("form", "exams_form"),
        migrations.AlterModelTable("formitem", "exams_formitem"),
        migrations.RenameModel("Form", "ExamForm"),
        migrations.RenameModel("FormItem", "ExamFormItem"),
    ]
