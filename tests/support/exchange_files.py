"""Items of every shape to send through a format and back, and how two are held to be the same."""

from dataclasses import replace

from hypothesis import strategies as st

from questions.exchange.losses import in_file_order
from questions.items.item import FIELDS, Item, Option
from questions.markdown import shows

# Letters of several scripts, and the marks that one format or another reads something into.
_ALPHABET = "aébZß你 .,;:!?'\"()[]{}<>=~#%&*_`|\\/-+@$0159→\n"
_WORD = st.text("abcXYZ019é", min_size=1, max_size=6)
_TEXT = (
    st.lists(st.one_of(_WORD, st.text(_ALPHABET, max_size=10)), min_size=1, max_size=6)
    .map(" ".join)
    .map(str.strip)
    # A text of marks alone shows nothing, and is refused where it is read.
    .filter(lambda text: text and shows(text) and shows(text, is_inline=True))
)
_PLAIN = st.lists(_WORD, min_size=1, max_size=5).map(" ".join)
_REF = st.from_regex(r"[a-z][a-z0-9.-]{2,12}", fullmatch=True)


def _joined(text):
    return " ".join(text.split())


@st.composite
def items(
    draw, *, types=("multiple_choice", "multiple_response", "ordering", "matching"), text=_TEXT
):
    """Draw an item that can be exported, with texts that hold marks of every format."""
    kind = draw(st.sampled_from(types))
    count = draw(st.integers(3, 6))
    texts = draw(
        st.lists(
            text, min_size=count, max_size=count, unique_by=lambda each: " ".join(each.split())
        )
    )
    has_whys = draw(st.booleans())
    whys = [draw(text) if has_whys else "" for _ in texts]
    prompts = ()
    if kind == "multiple_choice":
        right = (draw(st.integers(0, count - 1)),)
    elif kind == "multiple_response":
        right = tuple(sorted(draw(st.sets(st.integers(0, count - 1), min_size=2, max_size=3))))
    elif kind == "ordering":
        right = tuple(draw(st.permutations(range(count))))
    else:
        prompts = tuple(
            draw(
                st.lists(
                    text, min_size=3, max_size=5, unique_by=lambda each: " ".join(each.split())
                )
            )
        )
        right = tuple(draw(st.integers(0, count - 1)) for _ in prompts)
    pairs = zip(texts, whys, strict=True)
    share = st.sampled_from((None, 0.0, 0.65, 1.0))
    return Item(
        ref=draw(_REF),
        type=kind,
        level=draw(st.sampled_from(("recall", "apply", "analyse"))),
        stem=draw(text),
        options=tuple(
            Option(text, why, draw(st.sampled_from(("", "batch transform")))) for text, why in pairs
        ),
        right=right,
        prompts=prompts,
        topic=draw(st.sampled_from(("", "types-of-inference"))),
        task=draw(st.sampled_from(("", "1.1", "2.3"))),
        objective=draw(st.sampled_from(("", "1.1.5"))),
        facts=tuple(draw(st.lists(st.sampled_from(("F11-001", "F11-002")), unique=True))),
        sources=draw(st.sampled_from(((), ("a-page",)))),
        uses_correction=draw(st.booleans()),
        evidence=draw(st.sampled_from(("", "words of the note"))),
        acknowledged=draw(st.sampled_from(({}, {"S3": "it stands"}))),
        reviewed_on=draw(st.sampled_from(("", "2026-01-31"))),
        checked=draw(st.sampled_from(("", "2026-11-29"))),
        clue=draw(st.sampled_from(("", "nobody waits + lowest cost"))),
        angoff=draw(share),
        angoff_spread=draw(share),
        prepared=draw(share),
    )


def lists_of(**options):
    return st.lists(items(**options), min_size=1, max_size=4, unique_by=lambda item: item.ref)


plain_text = _PLAIN
any_text = _TEXT


def without(item, *names):
    """Return the item as a format that has no place for these fields gives it back."""
    empty = {field.name: field.default for field in FIELDS} | {"level": "apply"}
    of_options = {
        "whys": {"why": ""},
        "abouts": {"about": ""},
        "fixed_options": {"is_fixed": False},
    }
    for name in of_options.keys() & {*names}:
        options = (replace(option, **of_options[name]) for option in item.options)
        item = replace(item, options=tuple(options))
    return replace(item, **{name: empty[name] for name in names if name not in of_options})


def same(before, after):
    """Assert that items came back as they were, in the order that files keep."""
    assert [in_file_order(each) for each in after] == [in_file_order(each) for each in before]
