from django.db import migrations

# Deleted only with the person: see study.services.forget.
FORWARD = """
CREATE TRIGGER card_event_stays BEFORE UPDATE ON study_cardevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER card_event_is_kept BEFORE DELETE ON study_cardevent
    FOR EACH ROW WHEN (current_setting('study.forgetting', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER card_event_stays ON study_cardevent;
DROP TRIGGER card_event_is_kept ON study_cardevent;
"""


class Migration(migrations.Migration):
    """The log of cards is only ever added to."""

    dependencies = [("study", "0001_cards"), ("questions", "0002_immutable_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
