"""QTI 2 and 3: formulas, links and pictures are written as the official schemas have them.

`make schemas` holds the whole bank against the schemas themselves.
"""

import io
import zipfile

import pytest
from lxml import etree

from benchmarks.qti_schemas import invalid
from questions.exchange import qti_writer
from tests.conftest import BANK
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


# A schema that knows an element by name, whatever is in it.
SCHEMA = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="http://www.imsglobal.org/xsd/imsqti_v2p1">
  <xs:element name="{}" type="xs:anyType"/>
</xs:schema>
"""


@pytest.mark.nightly
@pytest.mark.parametrize(("element", "is_valid"), [("assessmentItem", True), ("item", False)])
def test_each_document_of_the_bank_is_held_against_a_schema(element, is_valid):
    schema = etree.XMLSchema(etree.fromstring(SCHEMA.format(element)))
    count, wrong = invalid("2.1", schema, BANK)
    assert count > 1000
    assert len(wrong) == (0 if is_valid else count)
