from django import template

register = template.Library()


@register.simple_tag
def share(part: int, whole: int) -> str:
    """Return a part of a whole in per cent, as SVG takes it."""
    return f"{100 * part / whole if whole else 0:.1f}%"
