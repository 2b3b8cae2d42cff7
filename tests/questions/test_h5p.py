"""Packages of H5P: questions wherever a package holds them, and what stands between them named."""

import io
import json
import zipfile

import pytest

from questions.exchange import h5p
from questions.exchange.registry import guessed
from questions.exchange.text_files import FormatError


def package(library, content, **files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("h5p.json", json.dumps({"title": "Pond", "mainLibrary": library}))
        archive.writestr("content/content.json", json.dumps(content))
        for name, data in files.items():
            archive.writestr(f"content/images/{name}.png", data)
    return file.getvalue()


def choice(*answers, **others):
    return {
        "question": "<p>Which animal <strong>barks</strong>?</p>",
        "answers": [
            {
                "text": f"<div>{text}</div>\n",
                "correct": is_right,
                "tipsAndFeedback": {"chosenFeedback": f"<div>{why}</div>", "tip": tip},
            }
            for text, is_right, why, tip in answers
        ],
        **others,
    }


DUCK = ("Duck", False, "It quacks.", "")
DOG = ("Dog", True, "Dogs bark.", "")
FOX = ("Fox", True, "", "It is wild.")


def part(library, params):
    return {"library": f"H5P.{library} 1.16", "params": params, "metadata": {"title": "A question"}}


def key_of(item):
    return (item.type, [item.options[index].text for index in item.right])


def only(loaded):
    assert loaded.problems == ()
    (entry,) = loaded.items
    return entry


def test_a_question_set_brings_its_questions_and_names_the_rest():
    content = {
        "introPage": {"introduction": "Hello"},
        "questions": [
            part("MultiChoice", choice(DUCK, DOG)),
            part("MultiChoice", choice(DUCK, DOG, FOX)),
            part("TrueFalse", {"question": "<p>Dogs bark.</p>", "correct": "true"}),
            part("Blanks", {"text": "Dogs *bark*."}),
        ],
    }
    data = package("H5P.QuestionSet", content)
    assert guessed("pond.h5p", data) == "h5p"
    loaded = h5p.loads(data)
    one, two, true = loaded.items
    assert one.item.stem == "Which animal **barks**?"
    assert key_of(one.item) == ("multiple_choice", ["Dog"])
    assert one.warnings == ("an introduction before it was left out: 'Hello'",)
    assert [option.why for option in one.item.options] == ["It quacks.", "Dogs bark."]
    assert key_of(two.item) == ("multiple_response", ["Dog", "Fox"])
    assert two.warnings == ("a tip of an option was left out: 'It is wild.'",)
    assert key_of(true.item) == ("multiple_choice", ["True"])
    assert [str(problem) for problem in loaded.problems] == [
        "row 4: H5P.Blanks is no kind of question here"
    ]


def test_a_package_may_be_one_question():
    entry = only(h5p.loads(package("H5P.MultiChoice", choice(DUCK, DOG))))
    assert key_of(entry.item) == ("multiple_choice", ["Dog"])


def test_several_right_options_of_which_one_is_chosen_are_refused():
    content = choice(DOG, FOX, behaviour={"type": "single"})
    (problem,) = h5p.loads(package("H5P.MultiChoice", content)).problems
    assert "each right alone" in problem.reason


def test_one_right_option_of_several_to_be_chosen():
    content = choice(DUCK, DOG, behaviour={"type": "multi"})
    assert key_of(only(h5p.loads(package("H5P.MultiChoice", content))).item) == (
        "multiple_response",
        ["Dog"],
    )


def test_a_set_of_single_choices_has_the_right_one_first():
    content = {"choices": [{"question": "Which barks?", "answers": ["<p>Dog</p>", "<p>Duck</p>"]}]}
    entry = only(h5p.loads(package("H5P.SingleChoiceSet", content)))
    assert key_of(entry.item) == ("multiple_choice", ["Dog"])


def test_a_passage_before_a_question_is_named_with_it():
    content = {
        "content": [
            {"content": part("AdvancedText", {"text": "<p>A pond at dawn.</p>"})},
            {"content": part("MultiChoice", choice(DUCK, DOG))},
            {"content": part("Image", {"alt": "A dog"})},
        ]
    }
    entry = only(h5p.loads(package("H5P.Column", content)))
    assert entry.warnings == (
        "AdvancedText before it was left out: '<p>A pond at dawn.</p>'",
        "Image after it was left out: 'A dog'",
    )


def test_the_picture_above_a_question_comes_along():
    shown = {"file": {"path": "images/dog.png"}, "alt": "A dog"}
    content = choice(DUCK, DOG, media={"type": {"library": "H5P.Image 1.1", "params": shown}})
    loaded = h5p.loads(package("H5P.MultiChoice", content, dog=b"its bytes"))
    (address,) = loaded.images
    assert only(loaded).item.stem.startswith(f"![A dog]({address})")
    lost = only(h5p.loads(package("H5P.MultiChoice", content)))
    assert lost.warnings == ("the picture 'images/dog.png' is not in the package",)


def test_feedback_on_a_score_is_named():
    content = choice(DUCK, DOG, overallFeedback=[{"from": 0, "to": 100, "feedback": "Well done."}])
    entry = only(h5p.loads(package("H5P.MultiChoice", content)))
    assert entry.warnings == ("feedback on a score was left out: 'Well done.'",)


def nested(depth):
    value = {}
    for _ in range(depth):
        value = part("Column", {"content": [value]})
    return value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "there is no question"),
        (nested(60)["params"], "lie in each other"),
    ],
)
def test_a_package_without_a_question_is_a_named_error(content, reason):
    with pytest.raises(FormatError, match=reason):
        h5p.loads(package("H5P.Column", content))


def test_a_zip_of_something_else_is_a_named_error():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "words")
    with pytest.raises(FormatError, match="not a package of H5P"):
        h5p.loads(file.getvalue())
