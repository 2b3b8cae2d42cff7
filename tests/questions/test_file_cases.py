"""Files as people hold them, each with one trait that is easily lost or read wrong."""

import io
import zipfile
from pathlib import Path

import pytest

from questions.exchange.registry import READ, guessed

CASES = Path(__file__).parent / "files" / "cases"


def loaded(name, **answers):
    data = (CASES / name).read_bytes()
    form = READ[guessed(name, data)]
    return form.loads(data, "", None, answers) if answers else form.loads(data)


def items_in(name, **answers):
    read = loaded(name, **answers)
    assert read.problems == ()
    return [taken.item for taken in read.items]


def right_texts(item):
    return [item.options[index].text for index in item.right]


# --- Keys of tables


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("key_zero_based.csv", [["Apple"], ["Blue"]]),
        ("key_zero_based2.csv", [["Apple"], ["Blue"], ["Iron"]]),
        ("key_text_multi.csv", [["Python", "JavaScript"]]),
        ("truefalse.csv", [["True"]]),
        ("difficulty.csv", [["Apple"]]),
        ("explanation_multi.csv", [["Apple", "Pear"], ["Apple"]]),
        ("arrow_in_option.csv", [["Window -> Preferences -> Save"]]),
    ],
)
def test_a_table_marks_the_option_that_its_writer_meant(name, texts):
    assert [right_texts(item) for item in items_in(name)] == texts


def test_a_key_that_reads_two_ways_is_asked_about_and_never_guessed():
    read = loaded("key_text_is_number.csv")
    (question,) = read.questions
    assert (question.name, question.is_needed, question.answer) == ("keys", True, "")
    assert [answer for answer, _ in question.answers] == ["number", "zero", "text"]
    assert [(problem.row, problem.column) for problem in read.problems] == [(2, "key"), (4, "key")]
    assert "say once for the file" in read.problems[0].reason
    # What both ways read alike is taken.
    assert [taken.item.right for taken in read.items] == [(2,)]


@pytest.mark.parametrize(
    ("answer", "texts"), [("text", ["4", "3", "3"]), ("number", ["6", "3", "2"])]
)
def test_the_answer_holds_for_the_whole_file(answer, texts):
    items = items_in("key_text_is_number.csv", keys=answer)
    assert [right_texts(item) for item in items] == [[text] for text in texts]


def test_how_hard_a_question_is_is_no_level_and_is_named():
    (taken,) = loaded("difficulty.csv").items
    assert (taken.item.level, taken.item.topic) == ("apply", "Food")
    assert taken.warnings == ("difficulty 'Easy' is no level here and was left out",)


def test_an_explanation_of_several_right_options_arrives():
    two, one = items_in("explanation_multi.csv")
    assert two.options[0].why == "Apple and pear grow on trees."
    assert one.options[0].why == "Apple grows on a tree."


# --- Names of other tools


@pytest.mark.parametrize("name", ["names_a.gift", "names_b.gift", "same_names.xml"])
def test_a_name_of_another_tool_is_a_name_that_others_may_have(name):
    read = loaded(name)
    assert (len(read.items), read.problems) == (2, ())
    assert all(taken.has_foreign_ref for taken in read.items)


# --- Markdown lists


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        (
            "unspaced_boxes.md",
            [("Which animal lays eggs?", 4, "Duck"), ("Which animal barks?", 3, "Dog")],
        ),
        ("nbsp_box.md", [("Which animal swims best?", 4, "Duck")]),
        (
            "toc_as_category.md",
            [("Which animal barks?", 2, "Dog"), ("Which animal quacks?", 2, "Duck")],
        ),
        ("readme_html_first.md", [("Which animal barks?", 2, "Dog")]),
        (
            "explanation_plain.md",
            [("Which animal lays eggs?", 2, "Duck"), ("Which animal barks?", 2, "Dog")],
        ),
    ],
)
def test_a_list_of_boxes_has_all_its_options(name, questions):
    found = [(item.stem, len(item.options), *right_texts(item)) for item in items_in(name)]
    assert found == questions


def test_code_under_an_option_is_the_option_s():
    loop, rule = items_in("code_under_options.md")
    assert [option.text.split("\n")[0] for option in loop.options] == ["A", "B", "C"]
    assert "    print(n)" in loop.options[1].text
    assert (loop.right, rule.right) == ((1,), (0,))
    assert "color: red;" in rule.options[1].text


def test_a_hash_in_code_is_no_heading():
    (item,) = items_in("hash_in_code.md")
    assert item.stem == (
        "What does this script print?\n\n```bash\n# print the sum\necho $((1+2))\n```"
    )


def test_text_after_the_options_is_the_explanation_and_links_are_sources():
    eggs, barks = items_in("explanation_plain.md")
    assert eggs.options[1].why == "Birds lay eggs; dogs bear live young."
    assert eggs.sources == ("https://example.com/eggs",)
    assert barks.options[0].why == "Barking is what dogs do."
    assert barks.sources == ("https://example.com/dogs",)


def test_a_list_of_contents_is_no_category():
    assert {taken.category for taken in loaded("toc_as_category.md").items} == {"Pond exam"}


def test_a_picture_that_did_not_come_is_missing_and_one_from_elsewhere_is_named():
    read = loaded("images_lost.md")
    assert [problem.row for problem in read.problems] == [1, 8]
    assert "'images/question1.png' is not in the file" in read.problems[0].reason
    (taken,) = read.items
    assert taken.item.stem == "What is shown here?\n\nimage"
    assert "https://example.com/pic.png" in taken.warnings[0]


def test_pictures_come_from_a_zip_with_the_list():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(CASES / "images_lost.md", "exam/list.md")
        for name in ("question1", "a", "b"):
            archive.writestr(f"exam/images/{name}.png", b"\x89PNG" + name.encode())
    data = file.getvalue()
    assert guessed("exam.zip", data) == "markdown"
    read = READ["markdown"].loads(data)
    assert read.problems == ()
    assert [image.name for image in read.images.values()] == [
        "exam/images/question1.png",
        "exam/images/a.png",
        "exam/images/b.png",
    ]
    assert "![Question 1](/images/" in read.items[0].item.stem


def test_a_link_in_a_why_arrives():
    (item,) = items_in("link_in_why.md")
    assert item.options[0].why == "See [the page on dogs](https://example.com/dogs)."


# --- Lettered lists


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        (
            "lettered_heading.md",
            [
                ("A farm keeps four animals.\n\nWhich one barks?", ["Dog"]),
                ("Which two lay eggs? (Choose two.)", ["Duck", "Hen"]),
            ],
        ),
        (
            "lettered_details.md",
            [
                ("Which animal barks?", ["Dog"]),
                ("Which two animals lay eggs? (Choose 2)", ["Duck", "Hen"]),
            ],
        ),
    ],
)
def test_a_lettered_list_has_its_questions_and_keys(name, questions):
    assert guessed(name, (CASES / name).read_bytes()) == "lettered"
    assert [(item.stem, right_texts(item)) for item in items_in(name)] == questions


def test_what_details_fold_away_is_explanation_and_source():
    dog, _ = items_in("lettered_details.md")
    assert dog.options[1].why == "- Dogs bark."
    assert dog.sources == ("https://example.com/dogs",)


# --- Moodle, GIFT and QTI


def test_general_feedback_of_gift_is_the_explanation():
    (item,) = items_in("general_feedback.gift")
    assert item.options[0].why == "Birds lay eggs; mammals of a farm do not."


def test_moodle_keeps_exponents_pictures_and_names_the_rest():
    powers, old, data = loaded("moodle_sup_oldimage_dataimg.xml").items
    assert powers.item.stem == "What is 2^8^? The *underlined* part matters."
    assert [option.text for option in powers.item.options] == ["256", "10^2^", "102"]
    assert powers.item.options[0].why == "Eight doublings of one."
    assert powers.warnings == (
        "feedback on a right answer was left out: Well counted.",
        "a hint was left out: Count the doublings.",
        "underlined words became italic",
    )
    assert "](/images/" in old.item.stem
    assert "](/images/" in data.item.stem


def test_oumultiresponse_is_read():
    (item,) = items_in("oumultiresponse.xml")
    assert right_texts(item) == ["Duck", "Hen"]


def test_a_passage_that_did_not_come_is_asked_for():
    (problem,) = loaded("qti3_stimulus_bold.xml").problems
    assert "its passage 'passage.xml' is not in the file; upload the package" in problem.reason


def test_a_passage_of_a_package_stands_before_its_question():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("item.xml", (CASES / "qti3_stimulus_bold.xml").read_bytes())
        archive.writestr(
            "passage.xml",
            "<qti-assessment-stimulus><qti-stimulus-body><p>A frog hid under a leaf.</p>"
            "</qti-stimulus-body></qti-assessment-stimulus>",
        )
        archive.writestr(
            "imsmanifest.xml",
            '<manifest><resource type="imsqti_item_xmlv3p0" href="item.xml"/></manifest>',
        )
    read = READ[guessed("frog.zip", data.getvalue())].loads(data.getvalue())
    assert read.items[0].item.stem == (
        "A frog hid under a leaf.\n\n**The pond**\n\nRead the passage. **Where did the frog go?**"
    )


@pytest.mark.parametrize("name", ["qti_feedback_rubric_tail.xml", "qti_test_with_files.zip"])
def test_feedback_and_what_follows_the_choices_arrive_and_a_rubric_for_graders_does_not(name):
    (taken,) = loaded(name).items
    assert taken.item.stem == "Which animal lays eggs?\n\nHint: think of animals with feathers."
    assert taken.item.options[1].why == "Right: birds lay eggs."
    assert "Scorers" not in str(taken.item)
    assert taken.warnings == (
        "a rubric for those who grade was left out, as no candidate reads it",
        "feedback on wrong answers was left out: No: dogs bear live young.",
    )


def test_mathml_and_exponents_of_qti_arrive():
    (item,) = items_in("qti_math_sup.xml")
    assert item.stem == r"Which equals 2^3^ and which part is \(\frac{1}{3}\)?"
    assert [option.text for option in item.options] == ["10^2^", "2^3^", r"\(\frac{1}{6}\)"]


def test_a_template_is_refused_by_name():
    (problem,) = loaded("qti_template.xml").problems
    assert "it is a template: its text has variables" in problem.reason


@pytest.mark.parametrize("name", ["qti12_item.xml", "qti12_canvas.zip"])
def test_qti_12_is_read(name):
    (item,) = items_in(name)
    assert (item.stem, right_texts(item)) == ("Which animal barks?", ["Dog"])
