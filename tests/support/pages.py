"""What a page says, whatever its lines look like."""

import re


def html_of(reply):
    """Return a reply's HTML in one line: white space counts once, and not at all beside a tag.

    A template breaks its lines where a browser shows none, so no test may depend on them.
    """
    text = " ".join(reply.content.decode().split())
    return re.sub(r" ?([<>]) ?", r"\1", text)
