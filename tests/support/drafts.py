"""Drafts as the editor has them."""

from django.urls import reverse

from questions.items.content import item_of
from questions.items.item import Item
from questions.models import Draft


def address(draft: Draft, name: str = "edit") -> str:
    """Return the address of a page of a draft's question."""
    return reverse(f"questions:{name}", args=[draft.question.exam.code, draft.question.ref])


def stored(draft: Draft) -> Item:
    """Return the item that is stored of a draft now."""
    return item_of(Draft.objects.get(pk=draft.pk).item)
