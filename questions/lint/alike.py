"""Items that give each other away: alike in key and fact, or one naming the key of another. Pure.

Likeness is the cosine of two items' words, weighed by how rare they are in the bank (inverse
document frequency, Spaerck Jones 1972). Words of the key weigh double, since what an item teaches
stands there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import log
from typing import TYPE_CHECKING

from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.references import Fact
from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.lint.options import halves
from questions.lint.words import content, stem, tokens
from questions.translation import gettext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of two items of the first edition that experts called alike, the least alike had 0.34; of the
# shipped bank's half a million pairs, one in 800 has as much as this.
MOST_ALIKE = 0.30
_KEY_WEIGHT = 2.0
# A longer key is a clause that no stem holds word for word.
_LONGEST_NAME = 8
# A name in more stems than this share is part of the setting, as the platform's own is.
_SETTING, _FEW = 0.02, 5
_BRANDS = frozenset({"amazon", "aws"})
_ARTICLES = frozenset({"a", "an", "the"})

Pairs = dict[tuple[str, str], str]


def alike(items: Sequence[PlacedItem], facts: Mapping[str, Fact]) -> Pairs:
    """Return the refs of every two items that may not meet in a form, each pair with its reason."""
    plain = [placed.item for placed in items]
    pairs: Pairs = {}
    for one, other, reason in (
        *_enemies(plain),
        *_same_keys(plain),
        *_named_keys(plain),
        *_like_words(plain, facts),
    ):
        if one != other:
            pairs.setdefault((min(one, other), max(one, other)), reason)
    return pairs


def likeness(items: Sequence[Item], facts: Mapping[str, Fact]) -> "NDArray[np.float32]":
    """Return how alike every two items are, from 0 to 1: a matrix of (items, items)."""
    import numpy as np

    bags = [_weighed(item, facts) for item in items]
    uses = Counter(word for bag in bags for word in bag)
    column = {word: index for index, word in enumerate(uses)}
    table = np.zeros((len(items), len(uses)), dtype=np.float32)
    for row, bag in enumerate(bags):
        for word, weight in bag.items():
            table[row, column[word]] = weight * log(len(items) / uses[word])
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    result: NDArray[np.float32] = table @ table.T
    return result


def _weighed(item: Item, facts: Mapping[str, Fact]) -> dict[str, float]:
    """Return the words of meaning of a question, its facts and its key, each with its weight."""
    told = " ".join(facts[fact].text for fact in item.facts if fact in facts)
    key = " ".join([*halves(item)[0], *item.prompts])
    weights = dict.fromkeys(content(f"{item.stem} {told}"), 1.0)
    return weights | dict.fromkeys(content(key), _KEY_WEIGHT)


def _like_words(items: Sequence[Item], facts: Mapping[str, Fact]) -> Iterator[tuple[str, str, str]]:
    import numpy as np

    shares = likeness(items, facts)
    for one, other in np.argwhere(np.triu(shares >= MOST_ALIKE, 1)):
        share = shares[one, other]
        yield (
            items[one].ref,
            items[other].ref,
            gettext("are alike in key and fact (%(share)s)") % {"share": f"{share:.2f}"},
        )


def _enemies(items: Sequence[Item]) -> Iterator[tuple[str, str, str]]:
    refs = {item.ref for item in items}
    for item in items:
        for enemy in item.enemies:
            if enemy in refs:
                yield item.ref, enemy, gettext("are enemies")


def _keys(items: Sequence[Item]) -> dict[tuple[str, ...], list[Item]]:
    """Return the items by each of their keys, as the words that carry its name."""
    by_key: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        if kind_of(item.type).is_choice:
            for text in halves(item)[0]:
                by_key[_name(text)].append(item)
    return by_key


def _parts(text: str) -> tuple[str, ...]:
    return tuple(stem(part) for token in tokens(text) for part in token.split("-"))


def _name(text: str) -> tuple[str, ...]:
    """Return a key's words without an article, and without a brand where two words are left."""
    parts = _parts(text)
    if parts and parts[0] in _ARTICLES:
        parts = parts[1:]
    return parts[1:] if len(parts) > 2 and parts[0] in _BRANDS else parts


def _same_keys(items: Sequence[Item]) -> Iterator[tuple[str, str, str]]:
    for key, keyed in _keys(items).items():
        for one, other in combinations(keyed, 2):
            yield (
                one.ref,
                other.ref,
                gettext("have the same key, %(key)s") % {"key": f"{' '.join(key)!r}"},
            )


def _named_keys(items: Sequence[Item]) -> Iterator[tuple[str, str, str]]:
    """Yield items whose key stands in the stem of another, unless it stands in many."""
    asked = {item.ref: f" {' '.join(_parts(item.stem))} " for item in items}
    most = max(_FEW, _SETTING * len(items))
    for key, keyed in _keys(items).items():
        name = " ".join(key)
        if not name or len(key) > _LONGEST_NAME:
            continue
        naming = [ref for ref, words in asked.items() if f" {name} " in words]
        if len(naming) <= most:
            for item, ref in product(keyed, naming):
                yield (
                    ref,
                    item.ref,
                    gettext("give each other away: one names the other's key, %(name)s")
                    % {"name": f"{name!r}"},
                )
