"""What waits for a member of an exam's team, for the tabs of its pages."""

from django import template

from questions.access import Access
from questions.services import reviews

register = template.Library()


@register.simple_tag
def count_to_review(access: Access) -> int:
    """Return how many drafts wait for someone's approval; 0 for who may not approve."""
    return reviews.to_review([access.exam], access.user).count() if access.may_approve else 0
