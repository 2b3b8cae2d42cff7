"""How templates show a moment: the one tag for pages, and a filter where no markup may stand.

Both are built into every template, in the bank's too, which imports nothing from here.
"""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from examapp.web.times import moment_text

register = template.Library()


@register.simple_tag
def moment(
    value: datetime | date | None, style: str = "time", *, zone: bool = False, empty: str = ""
) -> SafeString | str:
    """Show a moment as `<time>` in the viewer's zone; what stands in it on pointing is exact.

    Args:
        style: one of `times.STYLES`, or "relative".
        zone: whether the zone is named; say so wherever a deadline stands.
        empty: what is shown for no moment.
    """
    if not value:
        return empty
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value, moment_text(value, style))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        timezone.localtime(value).isoformat(timespec="seconds"),
        moment_text(value, "seconds", zone=True),
        moment_text(value, style, zone=zone),
    )


@register.filter(name="moment_text")
def moment_words(value: datetime | date | None, style: str = "time") -> str:
    """Return a moment in words alone: for titles, choices and emails."""
    return moment_text(value or None, style)
