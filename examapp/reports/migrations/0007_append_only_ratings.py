from django.db import migrations

FORWARD = """
CREATE TRIGGER rater_answer_is_append_only BEFORE UPDATE OR DELETE ON reports_rateranswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER item_rating_is_append_only BEFORE UPDATE OR DELETE ON reports_itemrating
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER rater_answer_is_append_only ON reports_rateranswer;
DROP TRIGGER item_rating_is_append_only ON reports_itemrating;
"""


class Migration(migrations.Migration):
    """What a rater answered and rated stays as it was given."""

    dependencies = [("reports", "0006_rating_rounds"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
