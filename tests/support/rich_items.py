"""Questions that hold all that a text may: tables, code, formulas, lists, links, pictures."""

from dataclasses import replace

from questions.items.item import Item, Option

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63600000"
    "02000001e221bc330000000049454e44ae426082"
)
PICTURE = "/images/6ba7b810-9dad-41d1-80b4-00c04fd430c8"
STEM = rf"""A table:

| a | b |
|---|---|
| `x` | 2 |

```python
def twice(x):
    return 2 * x
```

A formula \(x^2 + \frac{{1}}{{2}}\) and one on its own

\[ \sqrt{{y}} \]

> quoted **bold** *it* H~2~O x^2^

1. one
2. two
    - three

A [link](https://example.com/a?b=1&c=2), ![a dot]({PICTURE}) and ![no file](/images/gone). Which?"""
RICH = Item(
    ref="rich-1",
    type="multiple_choice",
    level="apply",
    stem=STEM,
    options=(
        Option("`a`", r"See [this](https://example.com) and \(x\)"),
        Option(r"\(y^2\)", "| a | b |\n|---|---|\n| 1 | 2 |"),
        Option(f"![a dot]({PICTURE})", f"![a dot]({PICTURE})"),
        Option("A **b** [c](https://example.com)", "- x\n- y"),
    ),
    right=(1,),
)
ITEMS = [
    RICH,
    replace(RICH, ref="rich-2", type="multiple_response", right=(1, 2)),
    replace(RICH, ref="rich-3", type="ordering", right=(2, 1, 0)),
    replace(RICH, ref="rich-4", type="matching", right=(1, 0), prompts=(r"\(z\)", "**p**")),
    replace(RICH, ref="rich-5", fixed_order=True),
]
