"""A field that forms of a course share."""

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.utils import timezone


class ZonedMomentField(forms.DateTimeField):
    """A day and a time of a course's own zone, whoever types it, wherever they are.

    A time that the clock skips, or has twice, is refused with Django's own sentence.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs
        )
        self.zone: tzinfo = timezone.get_default_timezone()

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)
