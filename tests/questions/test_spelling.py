"""One slip in a word is forgiven, and a word that is known is left as it is."""

import pytest

from questions.items.spelling import corrected, vocabulary

KNOWN = vocabulary("Hallucination is output. Hallucination, recall and precision; RAG lowers it.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hallucinaton", "hallucination"),
        ("halllucination", "hallucination"),
        ("hallucinatoin", "hallucination"),
        ("Hallucinetion", "hallucination"),
        ("recal precison", "recall precision"),
        ("hallucination", ""),
        ("halucinaton", ""),
        ("rga", ""),
        ("", ""),
    ],
)
def test_one_slip_is_forgiven(typed, meant):
    assert corrected(typed, KNOWN) == meant


def test_the_more_frequent_word_is_meant():
    assert corrected("tain", {"train": 5, "taint": 1}) == "train"
