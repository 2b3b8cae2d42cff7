"""QTI 2 and 3: what is written is valid by the official schemas, whatever a question holds."""

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from questions.bank_files.folder import read_bank
from questions.exchange import qti_writer
from questions.items.item import Item, Option
from tests.conftest import BANK

VERSIONS = ("2.1", "2.2", "3.0")
SCHEMAS = os.environ.get("QTI_SCHEMAS", "")
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


def written(items, version):
    """Return the documents of a package, by name."""
    dumped = qti_writer.dumps(items, version, {PICTURE: PNG})
    archive = zipfile.ZipFile(io.BytesIO(dumped.content))
    names = [name for name in archive.namelist() if name.startswith("items/")]
    return {name: etree.fromstring(archive.read(name)) for name in names}


def local(root, name):
    return root.xpath(f"//*[local-name()='{name}']")


@pytest.mark.parametrize("version", VERSIONS)
def test_formulas_links_and_pictures_are_what_the_schemas_know(version):
    root = written([RICH], version)["items/item-00001.xml"]
    for formula in local(root, "math"):
        spaces = {etree.QName(part).namespace for part in formula.iter()}
        assert spaces == {"http://www.w3.org/1998/Math/MathML"}
    assert len(local(root, "math")) == 4
    assert [dict(link.attrib) for link in local(root, "a")] == [
        {"href": "https://example.com/a?b=1&c=2"},
        *([{"href": "https://example.com"}] * 2),
    ]
    assert all(image.get("src", "").startswith("../images/") for image in local(root, "img"))
    # A picture that has no file is told in its own words.
    assert "no file" in "".join(root.itertext())


@pytest.mark.nightly
@pytest.mark.skipif(not SCHEMAS, reason="QTI_SCHEMAS=folder with qti-2.1.xsd, -2.2.xsd, -3.0.xsd")
@pytest.mark.parametrize("version", VERSIONS)
def test_the_whole_bank_is_valid_by_the_official_schemas(version):
    schema = etree.XMLSchema(etree.parse(Path(SCHEMAS) / f"qti-{version}.xsd"))
    bank = [placed.item for placed in read_bank(BANK).items]
    documents = written([*bank, *ITEMS], version)
    assert len(documents) == len(bank) + len(ITEMS)
    wrong = {
        name: str(schema.error_log.last_error)
        for name, root in documents.items()
        if not schema.validate(root)
    }
    assert wrong == {}
