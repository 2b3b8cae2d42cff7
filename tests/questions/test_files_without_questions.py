"""What a file is told that holds no question: what it looks like, and the way on."""

import io
import zipfile

import pytest

from questions.exchange import markdown_list, qti_reader
from questions.exchange.text_files import FormatError

NOTES = "# Cloud notes\n\n## Object storage\n\n- **Bucket**: a place for objects.\n"
UNANSWERED = "# Exam\n\n1. Which barks?\n\nA. Duck\nB. Dog\n\n**정답: B**\n"
TEST = (
    '<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="t" title="T">'
    '<assessmentSection><assessmentItemRef identifier="i" href="i1.xml"/></assessmentSection>'
    "</assessmentTest>"
)


MANIFEST = '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"/>'
NO_WORD = "there is no question in the file; is it of another format?"


@pytest.mark.parametrize(
    ("loads", "text", "words"),
    [
        (markdown_list.loads, NOTES, ("study notes", "make an exam from them")),
        (markdown_list.loads, UNANSWERED, ("a lettered list, but no line says an answer",)),
        (markdown_list.loads, "\n" * 500 + UNANSWERED, ("study notes",)),
        (markdown_list.loads, "Words alone.", (NO_WORD,)),
        (qti_reader.loads, TEST, ("a test of QTI", "i1.xml", "upload the package")),
        (qti_reader.loads, MANIFEST, ("the manifest of a package", "upload the package")),
        (qti_reader.loads, "<poem/>", ("neither a package of QTI nor one of its items",)),
    ],
)
def test_a_file_without_a_question_is_told_what_it_looks_like(loads, text, words):
    with pytest.raises(FormatError) as told:
        loads(text.encode())
    assert all(word in str(told.value) for word in words)


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_files_of_a_zip_are_judged_together(names):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, text in zip(names, (UNANSWERED, "Words alone."), strict=True):
            archive.writestr(f"{name}.md", text)
    with pytest.raises(FormatError, match="a lettered list, but no line says an answer"):
        markdown_list.loads(package.getvalue())
