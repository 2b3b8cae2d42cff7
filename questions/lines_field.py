"""A text of several lines, counted as a browser counts it."""

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """Text of several lines, in which a line break is one character, as a browser counts it.

    What a browser sends has two for each, by which a text of full length would be too long.
    """

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)
