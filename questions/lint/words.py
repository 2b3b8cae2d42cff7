"""Words of a text: tokens, stems, sentences, reading grade. Pure."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache

_TOKEN = re.compile(r"[a-z0-9]+(?:['’.-][a-z0-9]+)*")
_WORD = re.compile(r"\S*\w\S*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')*]*\s+(?=[\"'(*]*[A-Z0-9])")
_ABBREVIATED = re.compile(r"\b(e\.g|i\.e|vs|etc|Inc|approx)\.")
_MARKS = re.compile(r"[*`]|(?<!\w)_|_(?!\w)")
_VOWELS = re.compile(r"[aeiouy]+")

# The same texts are looked at by many rules.
_KEPT = 20_000

# Words that carry the grammar of a sentence and not its subject.
_GRAMMAR = """
    a an the and or but nor so yet of in on at by for with without from to into onto over under
    between among through during before after about against as than then that this these those it
    its they them their there here he she his her we our you your who whom whose which what when
    where why how is are was were be been being am do does did done has have had having can could
    will would shall should may might must not no if while because since until although though each
    every all any some more most less least other another such same own only just also very too up
    down out off again once both either neither one two three company team wants want needs need use
    uses used using best
"""
STOPWORDS = frozenset(_GRAMMAR.split())


def unmarked(text: str) -> str:
    """Return text without Markdown's marks of emphasis and code."""
    return _MARKS.sub("", text)


def words(text: str) -> list[str]:
    """Return the words of a text as they stand."""
    return _WORD.findall(unmarked(text))


@lru_cache(_KEPT)
def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation; not to be changed."""
    return _TOKEN.findall(unmarked(text).lower().replace("’", "'"))


def stem(word: str) -> str:
    """Return the part of a word that its inflected forms share, roughly.

    A short form of Porter's first step (Porter 1980): endings of plural, past and -ing go, and the
    silent e. Good enough to see that two words are one; no linguist's lemma.
    """
    word = word.removesuffix("'s").removesuffix("'")
    for ending, rest in (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ied", "y"), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + rest
            break
    else:
        if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
            word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(_KEPT)
def content(text: str, *, least: int = 1) -> frozenset[str]:
    """Return the stems of a text's words that carry meaning and have `least` letters or more."""
    return frozenset(
        stem(token)
        for part in tokens(text)
        for token in part.split("-")
        if len(token) >= least and token not in STOPWORDS
    )


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; an item of a list and a paragraph end one, too."""
    parts = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", _ABBREVIATED.sub(r"\1", text)):
        parts += _SENTENCE_END.split(" ".join(block.split()))
    return [sentence for sentence in parts if words(sentence)]


def jaccard(one: Iterable[object], other: Iterable[object]) -> float:
    """Return the share of what two sets have in common; 0 for two empty sets."""
    one = one if isinstance(one, AbstractSet) else set(one)
    other = other if isinstance(other, AbstractSet) else set(other)
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 0.0


def trigrams(text: str) -> set[tuple[str, ...]]:
    """Return every three tokens that follow each other."""
    parts = tokens(text)
    return set(zip(parts, parts[1:], parts[2:], strict=False))


def syllables(word: str) -> int:
    """Return about how many syllables an English word has."""
    word = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """Return the grade level of a text (Kincaid et al. 1975): years of school to read it."""
    parts = sentences(text)
    read = [word for part in parts for word in words(part)]
    if not read:
        return 0.0
    spoken = sum(syllables(word) for word in read)
    return 0.39 * len(read) / len(parts) + 11.8 * spoken / len(read) - 15.59
