"""A word that was mistyped, and the word of a text that was meant. Pure.

One slip is forgiven: a letter too many, one too few, another one, or two that changed places
(Damerau 1964).
"""

from collections import Counter
from collections.abc import Iterator, Mapping

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
# Shorter words have too many neighbors to guess which was meant.
SHORTEST = 4


def vocabulary(text: str) -> Counter[str]:
    """Return the words of a text, in small letters, with how often they stand there."""
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return Counter(word for word in words if len(word) >= SHORTEST - 1)


def corrected(typed: str, known: Mapping[str, int]) -> str:
    """Return what was typed with each unknown word put right, "" where nothing can be."""
    words = typed.lower().split()
    meant = [_meant(word, known) for word in words]
    return " ".join(meant) if meant != words else ""


def _meant(word: str, known: Mapping[str, int]) -> str:
    if len(word) < SHORTEST or word in known:
        return word
    return max(
        (near for near in _neighbors(word) if near in known),
        key=lambda near: (known[near], near),
        default=word,
    )


def _neighbors(word: str) -> Iterator[str]:
    """Yield what one slip makes of a word."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
