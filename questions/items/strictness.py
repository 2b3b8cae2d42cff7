"""How much is asked of an item before it may be published. Pure.

Strict is a shared bank: four options, an explanation for each, a source. Usual is a teacher's own
exam: those are suggestions. Open asks for a question and a key. What is wrong in itself, such as a
key that names no option, is an error at every level.
"""

from typing import Literal

Strictness = Literal["strict", "usual", "open"]
STRICT: Strictness = "strict"
USUAL: Strictness = "usual"
OPEN: Strictness = "open"

_LOOSE_BOUNDS = {USUAL: (2, 8), OPEN: (2, 12)}


def bounds(strictness: Strictness, strict: tuple[int, int]) -> tuple[int, int]:
    """Return how few and how many options, steps or prompts an item may have; `strict` has them."""
    return strict if strictness == STRICT else _LOOSE_BOUNDS[strictness]
