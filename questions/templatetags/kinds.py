"""What templates ask of the kinds of item."""

from django import template

from questions.items.item import without_repeats
from questions.items.kinds.registry import kinds

register = template.Library()


@register.simple_tag
def kind_controls() -> tuple[str, ...]:
    """Return the names of the scripts that work the controls of kinds, each once."""
    return without_repeats(kind.control for kind in kinds())
