"""What a person agrees to when they join a course. Pure.

A text that was shown never changes: another wording is the next version, and the old one stays.
"""

from django.utils.translation import gettext_lazy

TEXTS = {
    1: gettext_lazy(
        "The staff of this course see: your name and address, what you were given to do, when you "
        "began and ended it, your answers and scores in it, and extra time that you have. "
        "They do not see: your own mock exams, practice and reviews, or anything from other "
        "courses, unless you share it. You can leave the course at any time; staff then see you as "
        "a former member until the course's records are deleted."
    ),
    2: gettext_lazy(
        "The staff of this course see: your name and address, what you were given to do, when you "
        "began and ended it, your answers and scores in it, and extra time that you have. They may "
        "keep notes about you, which are part of the data that you can download. "
        "They do not see: your own mock exams, practice and reviews, or anything from other "
        "courses, unless you share it. You can leave the course at any time; staff then see you as "
        "a former member until the course's records are deleted."
    ),
}
CURRENT = max(TEXTS)
# The first text that says that staff may keep notes.
_NOTES = 2


def allows_notes(version: int | None) -> bool:
    """Whether who agreed to a version, or to none, has agreed to notes about them."""
    return version is not None and version >= _NOTES
