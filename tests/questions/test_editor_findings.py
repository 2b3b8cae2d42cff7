"""What the rules find, at the fields of the editor."""

from django.utils.functional import Promise

from questions.services.editor_findings import _LABELS, EditorFinding, by_field
from tests.support.builders import make_item


def test_every_field_has_words_that_can_be_translated():
    item = make_item("multiple_choice", "r")
    fields = [name for name in by_field([], item) if not name.startswith("option-")]
    places = [EditorFinding(name, "error", "A1", "", "").place for name in fields]
    assert places == [str(_LABELS[name]) for name in fields]
    assert all(isinstance(label, Promise) for label in _LABELS.values())


def test_an_option_is_named_by_its_letter():
    places = [
        EditorFinding(f"option-1-{part}", "error", "A1", "", "").place for part in ("text", "why")
    ]
    assert places == ["Option B", "Explanation of B"]
