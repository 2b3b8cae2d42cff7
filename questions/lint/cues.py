"""What someone who knows nothing can guess from the looks of options.

A bank without cues leaves such guessers at chance, one in four. Three follow a rule of thumb; the
fourth learns the best mix of cues: a conditional logit, which is a logistic regression within each
item (McFadden 1974), with a ridge, judged by cross-validation so that no item is judged by a model
that saw it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from questions.items.item import Item
from questions.lint.options import ABSOLUTES, texts
from questions.lint.words import content, jaccard, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SURE = ABSOLUTES | {"must", "none", "cannot", "no", "any", "entirely", "completely", "guarantees"}
_CAREFUL = {"may", "can", "might", "often", "usually", "sometimes", "generally", "typically"}
_FOLDS, _ROUNDS, _SEED, _RIDGE, _STEPS = 10, 5, 20, 1.0, 30


def longest(item: Item) -> list[float]:
    """Score each option by its length in characters."""
    return [float(len(text)) for text in texts(item)]


def most_overlap(item: Item) -> list[float]:
    """Score each option by how many of the stem's words of meaning it repeats."""
    asked = content(item.stem)
    return [float(len(asked & content(text))) for text in texts(item)]


def fewest_absolutes(item: Item) -> list[float]:
    """Score each option by how few words it has that are sure of themselves."""
    return [-float(sum(token in _SURE for token in tokens(text))) for text in texts(item)]


GUESSERS: dict[str, Callable[[Item], list[float]]] = {
    "longest option": longest,
    "most stem overlap": most_overlap,
    "fewest absolutes": fewest_absolutes,
}


def hits(item: Item, scores: Sequence[float]) -> float:
    """Return the chance that the highest score is the key's; a tie is drawn by lot."""
    best = max(scores)
    first = [index for index, score in enumerate(scores) if score >= best - 1e-12]
    return (item.right[0] in first) / len(first)


def rate(items: Sequence[Item], guess: Callable[[Item], list[float]]) -> float:
    """Return the share of items that a guesser gets right."""
    return sum(hits(item, guess(item)) for item in items) / len(items) if items else 0.0


CUES = (
    *("characters", "words", "longest", "shortest", "words of the stem", "share of stem words"),
    *("stem words of its own", "sure words", "careful words", "likeness to the others"),
    *("words of its own", "letters a word", "commas, brackets, hyphens", "and", "not or without"),
    *("digits", "capitals"),
)


def cues(item: Item) -> list[list[float]]:
    """Return the looks of each option that a learner may use, one row an option."""
    shown = texts(item)
    asked = content(item.stem)
    contents = [content(text) for text in shown]
    rows = []
    for index, text in enumerate(shown):
        option_words = tokens(text)
        others = [option_words for other, option_words in enumerate(contents) if other != index]
        elsewhere = set().union(*others)
        rows.append(
            [
                float(len(text)),
                float(len(option_words)),
                float(len(text) == max(map(len, shown))),
                float(len(text) == min(map(len, shown))),
                float(len(asked & contents[index])),
                len(asked & contents[index]) / (len(contents[index]) or 1),
                float(len((asked & contents[index]) - elsewhere)),
                float(sum(token in _SURE for token in option_words)),
                float(sum(token in _CAREFUL for token in option_words)),
                sum(jaccard(contents[index], option_words) for option_words in others),
                float(len(contents[index] - elsewhere)),
                sum(map(len, option_words)) / (len(option_words) or 1),
                float(text.count(",") + text.count("(") + text.count("-")),
                float("and" in option_words),
                float("not" in option_words or "without" in option_words),
                float(any(character.isdigit() for character in text)),
                float(sum(character.isupper() for character in text)),
            ]
        )
    return rows


def learned(items: Sequence[Item]) -> list[float]:
    """Return how often a learned mix of cues gets each item right that it never saw.

    Ten folds, drawn five times from a fixed seed; of too few items nothing is learned.
    """
    import numpy as np

    if len(items) < 2 * _FOLDS:
        return [0.0] * len(items)
    looks, right = _table(items)
    rng = np.random.default_rng(_SEED)
    total = np.zeros(len(items))
    for _ in range(_ROUNDS):
        fold = rng.permutation(len(items)) % _FOLDS
        for number in range(_FOLDS):
            unseen = fold == number
            scores = looks[unseen] @ _fit(looks[~unseen], right[~unseen])
            judged = [item for item, is_unseen in zip(items, unseen, strict=True) if is_unseen]
            total[unseen] += list(map(hits, judged, scores.tolist()))
    return [float(share) for share in total / _ROUNDS]


def telling_cues(items: Sequence[Item], *, count: int = 3) -> list[str]:
    """Return the cues that weigh most in a mix learned on all items, each with its direction."""
    if len(items) < 2 * _FOLDS:
        return []
    looks, right = _table(items)
    weights = _fit(looks, right) * looks.std(axis=(0, 1))
    order = sorted(range(len(CUES)), key=lambda index: -abs(weights[index]))
    return [f"{'more' if weights[i] > 0 else 'less'} {CUES[i]}" for i in order[:count]]


def _table(items: Sequence[Item]) -> "tuple[NDArray[np.float64], NDArray[np.int64]]":
    """Return the looks of the options (items, 4, cues) and the key of each item."""
    import numpy as np

    looks = np.array([cues(item) for item in items])
    # Only how an option differs from those beside it can tell it apart.
    looks = looks - looks.mean(axis=1, keepdims=True)
    return looks, np.array([item.right[0] for item in items])


def _fit(looks: "NDArray[np.float64]", right: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Return the weight of each cue that best explains the keys of these items.

    Newton's steps on a likelihood that is concave, so that a few of them reach its one summit.
    """
    import numpy as np

    spread = looks.std(axis=(0, 1))
    spread[spread < 1e-9] = 1.0
    looks = looks / spread
    key = looks[np.arange(len(right)), right].sum(axis=0)
    weights = np.zeros(looks.shape[2])
    for _ in range(_STEPS):
        scores = looks @ weights
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        mean = np.einsum("no,noc->nc", chances, looks)
        slope = key - mean.sum(axis=0) - _RIDGE * weights
        weighed = (looks * chances[:, :, None]).reshape(-1, looks.shape[2])
        curve = weighed.T @ looks.reshape(weighed.shape) - mean.T @ mean
        step = np.linalg.solve(curve + _RIDGE * np.eye(len(weights)), slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    result: NDArray[np.float64] = weights / spread
    return result
