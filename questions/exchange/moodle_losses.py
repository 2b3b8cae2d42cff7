"""What of a question of Moodle XML has no place here, as sentences. Pure."""

from collections.abc import Iterator

from lxml import etree

from questions.exchange.archives import own_text
from questions.exchange.text_files import shortened
from questions.translation import gettext, gettext_noop

# What is read, is of no meaning here, or has its own sentence where it is read.
_READ = {
    *("name", "questiontext", "generalfeedback", "answer", "subquestion", "tags", "idnumber"),
    *("single", "shuffleanswers", "image", "image_base64", "defaultgrade", "penalty", "hidden"),
    *("answernumbering", "showstandardinstruction", "layouttype", "selecttype", "gradingtype"),
    *("showgrading", "selectcount", "numberingstyle", "file", "selectoption", "dragbox"),
}
_FEEDBACKS = {
    "correctfeedback": gettext_noop("feedback on a right answer was left out: %(words)s"),
    "partiallycorrectfeedback": gettext_noop(
        "feedback on an answer that is right in part was left out: %(words)s"
    ),
    "incorrectfeedback": gettext_noop("feedback on a wrong answer was left out: %(words)s"),
    "hint": gettext_noop("a hint was left out: %(words)s"),
}
# What the tool writes there where its author writes nothing.
_USUAL = {
    *("your answer is correct", "your answer is partially correct", "your answer is incorrect"),
}


def lost_of(question: etree._Element) -> Iterator[str]:
    """Yield a sentence for each part of a question that has no place here, with what it says."""
    for child in question:
        tag = str(child.tag)
        said = " ".join(own_text(child.find("text")).split() or own_text(child).split())
        if not said or said.rstrip(".").casefold() in _USUAL:
            continue
        if tag in _FEEDBACKS:
            yield gettext(_FEEDBACKS[tag]) % {"words": shortened(said)}
        elif tag not in _READ:
            yield gettext("<%(element)s> was left out: %(words)s") % {
                "element": tag[:40],
                "words": shortened(said),
            }
