"""What happens to the bank, a module for each noun; the two oldest verbs are at hand here."""

from questions.services.loading import LoadReport, load
from questions.services.publishing import publish

__all__ = ["LoadReport", "load", "publish"]
