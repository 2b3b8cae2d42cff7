"""Counts and lists of names in words; moments are worded by examapp.web.times."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext


def people(count: int) -> str:
    return ngettext("%(n)d person", "%(n)d people", count) % {"n": count}


def questions(count: int) -> str:
    return ngettext("%(n)d question", "%(n)d questions", count) % {"n": count}


def tries(count: int | None) -> str:
    """Say how many tries; None is no limit."""
    if count is None:
        return gettext("no limit of tries")
    if count == 1:
        return gettext("one try")
    return ngettext("%(n)d try", "%(n)d tries", count) % {"n": count}


def names(all_names: Sequence[str], *, most: int = 6) -> str:
    """List names: "Ana, Ben and Cem", the rest counted beyond `most`."""
    if len(all_names) > most:
        shown = ", ".join(all_names[:most])
        rest = len(all_names) - most
        return gettext("%(names)s and %(n)d more") % {"names": shown, "n": rest}
    if len(all_names) < 2:
        return "".join(all_names)
    first = ", ".join(all_names[:-1])
    return gettext("%(first)s and %(last)s") % {"first": first, "last": all_names[-1]}


def minutes(count: int) -> str:
    return ngettext("%(n)d minute", "%(n)d minutes", count) % {"n": count}


def too_few(needed: int) -> str:
    """Say that nothing is told of so few people."""
    return ngettext(
        "Too few to tell. %(n)d person is needed.",
        "Too few to tell. %(n)d people are needed.",
        needed,
    ) % {"n": needed}
