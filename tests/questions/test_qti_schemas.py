"""QTI 2 and 3: formulas, links and pictures are written as the official schemas have them.

`python -m benchmarks.qti_schemas` holds the whole bank against the schemas themselves.
"""

import io
import zipfile

import pytest
from lxml import etree

from questions.exchange import qti_writer
from tests.support.rich_items import PICTURE, PNG, RICH


def local(root, name):
    return root.xpath(f"//*[local-name()='{name}']")


@pytest.mark.parametrize("version", ["2.1", "2.2", "3.0"])
def test_formulas_links_and_pictures_are_what_the_schemas_know(version):
    dumped = qti_writer.dumps([RICH], version, {PICTURE: PNG})
    archive = zipfile.ZipFile(io.BytesIO(dumped.content))
    root = etree.fromstring(archive.read("items/item-00001.xml"))
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
