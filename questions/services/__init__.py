"""What happens to the bank, a module for each noun; the two oldest verbs are at hand here."""

from questions.services.bank_files.load import LoadReport, load
from questions.services.versions import publish

__all__ = ["LoadReport", "load", "publish"]
