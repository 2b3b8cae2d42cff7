"""Addresses that tests of several modules ask."""

from django.urls import reverse


def form_address(exam, name="compose", *args):
    """Return the address of a page on an exam's fixed forms."""
    return reverse(f"exams:{name}", args=[exam.code, *args])
