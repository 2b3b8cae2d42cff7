"""The columns of a question that repeat its newest wording for lists and searches."""

from django.db.models.functions import Now

from questions.items.diff import shingles, what_is_asked
from questions.items.item import Item
from questions.models import Question

SEARCH_COLUMNS = ("type", "level", "stem", "words", "shingles", "changed_at")


def update_search_columns(question: Question, item: Item) -> None:
    """Set, unsaved, the columns to what an item says; for saving they are SEARCH_COLUMNS."""
    texts = [option.text for option in item.options] + list(item.prompts)
    question.type = item.type
    question.level = item.level
    question.stem = item.stem
    question.words = " ".join([question.ref, *texts])
    question.shingles = sorted(shingles(what_is_asked(item)))
    question.changed_at = Now()
