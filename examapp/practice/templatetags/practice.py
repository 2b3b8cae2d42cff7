from typing import Any

from django import template

from examapp.accounts.models import User
from examapp.practice.services import counts_by_topic
from questions.models import Exam

register = template.Library()

# Where a page keeps the counts of its exam, so that however many buttons ask once.
_KEPT = "_practice_counts"


@register.simple_tag(takes_context=True)
def free_questions_on(context: template.Context, exam: Exam, topic: int) -> int:
    """Return how many questions on a topic the candidate may practice."""
    request: Any = context.get("request")
    if request is None or not isinstance(request.user, User):
        return 0
    kept = request.__dict__.setdefault(_KEPT, {})
    if exam.pk not in kept:
        kept[exam.pk] = counts_by_topic(request.user, exam)
    count: int = kept[exam.pk].get(topic, 0)
    return count
