"""What a file is told that holds no question: what it looks like, and the way on."""

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


@pytest.mark.parametrize(
    ("loads", "text", "words"),
    [
        (markdown_list.loads, NOTES, ("study notes", "make an exam from them")),
        (markdown_list.loads, UNANSWERED, ("a lettered list, but no line says an answer",)),
        (qti_reader.loads, TEST, ("a test of QTI", "i1.xml", "upload the package")),
    ],
)
def test_a_file_without_a_question_is_told_what_it_looks_like(loads, text, words):
    with pytest.raises(FormatError) as told:
        loads(text.encode())
    assert all(word in str(told.value) for word in words)
