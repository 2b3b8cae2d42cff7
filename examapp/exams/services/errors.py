"""Why something does not happen to a sitting, as facts with a name."""


class TooManyStarts(Exception):
    """The candidate has started as many mock exams today as one may."""


class ContentChanged(ValueError):
    """A corrected key belongs to another wording than the one that was asked."""
