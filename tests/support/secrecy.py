"""Two worlds that differ only in their keys, and what is compared between them."""

import json
import re
from dataclasses import replace

from django.db import connection
from django.urls import reverse

from questions.items.item import Option

ANOTHER_KEY = {
    "multiple_choice": (3,),
    "multiple_response": (1, 4),
    "ordering": (3, 1, 0),
    "matching": (3, 0, 1),
}


# 10,001 is above every number that a test gives by itself.
_COUNT_ALIKE = """
DO $$
DECLARE each text;
BEGIN
  FOR each IN
    SELECT format('%I.%I', schemaname, sequencename)
    FROM pg_sequences WHERE schemaname = current_schema()
  LOOP
    EXECUTE format('ALTER SEQUENCE %s RESTART WITH 10001', each);
  END LOOP;
END $$
"""


def count_alike():
    """Let this transaction number its rows as every other world does; undone with it.

    Pages name numbers of rows, so the length of a page follows from where the sequences stand.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ALIKE)


def sung(item, *, is_other=False):
    """Return an item with canaries in its key; the other world's key differs in all of it."""
    bird = "OTHER " if is_other else ""
    return replace(
        item,
        right=ANOTHER_KEY[item.type] if is_other else item.right,
        options=tuple(Option(o.text, f"{bird}{o.why} {bird * 9}") for o in item.options),
        evidence=f"{bird}EVIDENCE-{item.ref}",
        sources=(f"https://example.com/{bird.strip()}SOURCE-{item.ref}",),
    )


def answers(client, session, rows):
    body = rows if isinstance(rows, str) else json.dumps(rows)
    address = reverse("exams:answers", args=[session.pk])
    return client.post(address, body, content_type="application/json")


def bare(text, names):
    """Return a text without what differs from one sitting to the next of the same exam."""
    for number, name in enumerate(names):
        text = text.replace(name, f"<{number}>")
    for pattern in (
        r'csrfmiddlewaretoken" value="\w+',
        r"csrftoken=\w+",
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        r"\d{4}-\d\d-\d\dT[\d:.]+",
        r"\d{8}T\d{6}Z",
        r"\d{2}:\d{2}(:\d{2})?",
        r"\b1\d{12}\b",
        r"'X-Request-ID', '\w+'",
    ):
        text = re.sub(pattern, "#", text)
    return text
