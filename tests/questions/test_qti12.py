"""QTI 1.2 as Canvas, Blackboard and Common Cartridge write it."""

import io
import zipfile

import pytest

from questions.exchange import qti12_reader, qti12_writer
from questions.exchange.losses import in_file_order
from questions.exchange.registry import READ, guessed
from questions.exchange.text_files import FormatError
from questions.items.item import Item, Option

PNG = b"\x89PNG\r\n\x1a\n picture"
QUIZ = (
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
    '<assessment ident="{quiz}" title="Pond"><section ident="root_section">{items}</section>'
    "</assessment></questestinterop>"
)


def material(text, kind="text/html"):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<material><mattext texttype="{kind}">{escaped}</mattext></material>'


def labels(*texts):
    rows = "".join(
        f'<response_label ident="{number}">{material(text, "text/plain")}</response_label>'
        for number, text in enumerate(texts, 1)
    )
    return f"<render_choice>{rows}</render_choice>"


def item(kind, body, processing, *, feedback="", ident="i1"):
    field = (
        "<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>"
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
    )
    return (
        f'<item ident="{ident}" title="Question">{field}<presentation>{body}</presentation>'
        f"<resprocessing>{processing}</resprocessing>{feedback}</item>"
    )


def rule(*values, respident="response1", wrong=(), points="100", action="Set", shows=""):
    equals = "".join(f'<varequal respident="{respident}">{value}</varequal>' for value in values)
    equals += "".join(
        f'<not><varequal respident="{respident}">{value}</varequal></not>' for value in wrong
    )
    inside = f"<and>{equals}</and>" if wrong else equals or "<other/>"
    gives = f'<setvar action="{action}" varname="SCORE">{points}</setvar>' if points else ""
    shown = f'<displayfeedback feedbacktype="Response" linkrefid="{shows}"/>' if shows else ""
    return f"<respcondition><conditionvar>{inside}</conditionvar>{gives}{shown}</respcondition>"


def said(ident, text):
    return f'<itemfeedback ident="{ident}"><flow_mat>{material(text)}</flow_mat></itemfeedback>'


def choice(*texts, stem="<p>Which <b>animal</b> barks?</p>", multiple=False):
    cardinality = "Multiple" if multiple else "Single"
    lid = f'<response_lid ident="response1" rcardinality="{cardinality}">{labels(*texts)}'
    return f"{material(stem)}{lid}</response_lid>"


def read(*items, quiz="q1"):
    return qti12_reader.loads(QUIZ.format(quiz=quiz, items="".join(items)).encode())


def package(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def test_a_choice_of_canvas_has_its_key_and_feedback():
    (taken,) = read(
        item(
            "multiple_choice_question",
            choice("Duck", "Dog"),
            rule(points="", shows="general_fb")
            + rule("1", points="", shows="1_fb")
            + rule("2", shows="correct_fb"),
            feedback=said("general_fb", "Animals speak.")
            + said("1_fb", "Ducks quack.")
            + said("correct_fb", "Dogs bark.")
            + said("general_incorrect_fb", "Listen again."),
        )
    ).items
    assert taken.item.type == "multiple_choice"
    assert taken.item.stem == "Which **animal** barks?"
    assert taken.item.right == (1,)
    assert taken.item.options == (
        Option("Duck", "Ducks quack."),
        Option("Dog", "Animals speak.\n\nDogs bark."),
    )
    assert (taken.item.ref, taken.has_foreign_ref) == ("i1", True)
    assert taken.category == "Pond"
    assert taken.warnings == ("feedback on wrong answers was left out: Listen again.",)


def test_several_answers_are_right_but_for_those_under_not():
    (taken,) = read(
        item(
            "multiple_answers_question",
            choice("Duck", "Dog", "Hen", multiple=True),
            rule("1", "3", wrong=("2",)),
        )
    ).items
    assert (taken.item.type, taken.item.right) == ("multiple_response", (0, 2))


def test_a_matching_of_canvas_has_its_pairs():
    texts = ("Woof", "Quack", "Moo")
    body = material("Match them.") + "".join(
        f'<response_lid ident="response_{number}">{material(prompt)}{labels(*texts)}</response_lid>'
        for number, prompt in (("7", "Duck"), ("8", "Dog"))
    )
    processing = rule("2", respident="response_7", points="50.00", action="Add")
    processing += rule("1", respident="response_8", points="50.00", action="Add")
    (taken,) = read(item("matching_question", body, processing)).items
    assert taken.item.stem == "Match them."
    assert taken.item.prompts == ("Duck", "Dog")
    assert [option.text for option in taken.item.options] == list(texts)
    assert taken.item.right == (1, 0)


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("essay_question", "an essay"),
        ("short_answer_question", "a short answer"),
        ("calculated_question", "a calculated question"),
        ("multiple_dropdowns_question", "lists to choose from"),
    ],
)
def test_what_is_not_taken_is_named_and_the_rest_arrives(kind, named):
    good = item("multiple_choice_question", choice("Duck", "Dog"), rule("2"))
    loaded = read(item(kind, material("Write."), ""), good)
    assert named in loaded.problems[0].reason
    assert len(loaded.items) == 1


def test_two_full_answers_are_no_key():
    loaded = read(
        item("multiple_choice_question", choice("Duck", "Dog", "Hen"), rule("1") + rule("3"))
    )
    assert "several answers are each fully right" in loaded.problems[0].reason


def test_a_key_that_names_no_choice_is_refused():
    loaded = read(item("multiple_choice_question", choice("Duck", "Dog"), rule("9")))
    assert "'9', which is no choice" in loaded.problems[0].reason


def test_a_cartridge_that_holds_a_quiz_twice_gives_it_once_and_in_full():
    short = item("", choice("Duck", "Dog"), rule("2"))
    full = item("multiple_choice_question", choice("Duck", "Dog"), rule("2"))
    manifest = '<manifest><resource type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"/></manifest>'
    data = package(
        **{
            "imsmanifest.xml": manifest,
            "q1__assessment_qti.xml": QUIZ.format(quiz="q1", items=short),
            "non_cc_assessments__q1.xml.qti": QUIZ.format(quiz="q1", items=full * 2),
        }
    )
    assert guessed("course.imscc", data) == "qti12"
    assert len(READ["qti12"].loads(data).items) == 2


@pytest.mark.parametrize("folder", ["web_resources__", ""])
def test_a_picture_of_a_cartridge_arrives(folder):
    shown = '<p>What?</p><img src="$IMS-CC-FILEBASE$/Uploaded%20Media/a.png?x=1" alt="A dot">'
    body = choice("Duck", "Dog", stem=shown)
    items = item("multiple_choice_question", body, rule("2"))
    files = {"quiz.xml": QUIZ.format(quiz="q", items=items)}
    data = package(**files, **{f"{folder}Uploaded Media__a.png": PNG})
    loaded = qti12_reader.loads(data)
    (image,) = loaded.images.values()
    assert image.data == PNG
    assert "![A dot](/images/" in loaded.items[0].item.stem
    (problem,) = qti12_reader.loads(package(**files)).problems
    assert "'Uploaded Media/a.png' is not in the file" in problem.reason


BLACKBOARD = """<questestinterop><assessment title="Pool"><section>
<item><itemmetadata><bbmd_questiontype>{kind}</bbmd_questiontype></itemmetadata>
<presentation><flow class="Block"><flow class="QUESTION_BLOCK"><flow class="FORMATTED_TEXT_BLOCK">
<material><mat_extension><mat_formattedtext type="HTML">&lt;p&gt;Which barks?&lt;/p&gt;
</mat_formattedtext></mat_extension></material></flow></flow>{body}</flow></presentation>
<resprocessing>{rules}</resprocessing></item></section></assessment></questestinterop>"""


def block(text):
    formatted = f'<mat_formattedtext type="HTML">{text}</mat_formattedtext>'
    return f"<material><mat_extension>{formatted}</mat_extension></material>"


def test_a_choice_of_blackboard_has_its_key():
    rows = "".join(
        f'<flow_label class="Block"><response_label ident="{name}">{block(text)}</response_label>'
        "</flow_label>"
        for name, text in (("a", "Duck"), ("b", "Dog"))
    )
    body = (
        '<flow class="RESPONSE_BLOCK"><response_lid ident="response" rcardinality="Single">'
        f"<render_choice>{rows}</render_choice></response_lid></flow>"
    )
    rules = (
        '<respcondition title="correct"><conditionvar><varequal respident="response">b</varequal>'
        '</conditionvar><setvar variablename="SCORE" action="Set">SCORE.max</setvar>'
        '</respcondition><respcondition title="incorrect"><conditionvar><other/></conditionvar>'
        '<setvar variablename="SCORE" action="Set">0.0</setvar></respcondition>'
    )
    text = BLACKBOARD.format(kind="Multiple Choice", body=body, rules=rules)
    (taken,) = qti12_reader.loads(text.encode()).items
    assert taken.item.stem == "Which barks?"
    assert [option.text for option in taken.item.options] == ["Duck", "Dog"]
    assert taken.item.right == (1,)


def test_a_matching_of_blackboard_has_its_pairs():
    rows = "".join(
        f'<flow class="Block">{block(prompt)}<response_lid ident="{name}" rcardinality="Single">'
        f'<render_choice><response_label ident="{name}1"/><response_label ident="{name}2"/>'
        "</render_choice></response_lid></flow>"
        for name, prompt in (("x", "Duck"), ("y", "Dog"))
    )
    right = "".join(f'<flow class="Block">{block(text)}</flow>' for text in ("Woof", "Quack"))
    body = (
        f'<flow class="RESPONSE_BLOCK">{rows}</flow><flow class="RIGHT_MATCH_BLOCK">{right}</flow>'
    )
    rules = "".join(
        f'<respcondition><conditionvar><varequal respident="{name}">{value}</varequal>'
        '</conditionvar><setvar action="Set">50.0</setvar></respcondition>'
        for name, value in (("x", "x2"), ("y", "y1"))
    )
    text = BLACKBOARD.format(kind="Matching", body=body, rules=rules)
    (taken,) = qti12_reader.loads(text.encode()).items
    assert taken.item.prompts == ("Duck", "Dog")
    assert [option.text for option in taken.item.options] == ["Woof", "Quack"]
    assert taken.item.right == (1, 0)


def test_what_is_written_for_canvas_reads_back_and_names_an_ordering_as_lost():
    options = (Option(r"Dog \(x^2\)", "It barks."), Option("Duck", ""), Option("`Hen`", "No."))
    items = [
        Item(
            ref="one",
            type="multiple_choice",
            level="apply",
            stem="Which?",
            options=options,
            right=(0,),
        ),
        Item(
            ref="two",
            type="multiple_response",
            level="apply",
            stem="Which two?",
            options=options,
            right=(0, 2),
        ),
        Item(
            ref="three",
            type="matching",
            level="apply",
            stem="Match.",
            options=tuple(Option(option.text, "") for option in options),
            right=(2, 0),
            prompts=("A", "B"),
        ),
        Item(
            ref="four",
            type="ordering",
            level="apply",
            stem="Order.",
            options=options,
            right=(0, 1, 2),
        ),
    ]
    dumped = qti12_writer.dumps(items)
    assert [loss.ref for loss in dumped.losses] == ["four"]
    read_back = [taken.item for taken in qti12_reader.loads(dumped.content).items]
    for before, after in zip(map(in_file_order, items), read_back, strict=False):
        assert (after.type, after.stem, after.options, after.right, after.prompts) == (
            *(before.type, before.stem, before.options, before.right, before.prompts),
        )
    assert len(read_back) == 3


def test_a_package_without_a_quiz_is_refused():
    with pytest.raises(FormatError, match=r"no quiz of QTI 1\.2"):
        qti12_reader.loads(package(**{"a.xml": "<x/>"}))


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_formula_that_canvas_draws_as_a_picture_arrives_as_tex(quote):
    attributes = {
        "class": "equation_image",
        "src": "https://canvas.example/equation_images/x%255E2?scale=1",
        "alt": "LaTeX: x^2 &lt; 4",
        "data-equation-content": "x^2 &lt; 4",
    }
    told = " ".join(f"{name}={quote}{value}{quote}" for name, value in attributes.items())
    stem = f"<p>How steep is <img {told}>?</p>"
    (taken,) = read(item("multiple_choice_question", choice("A", "B", stem=stem), rule("2"))).items
    assert taken.item.stem == r"How steep is \(x^2 < 4\)?"
    assert taken.warnings == ()
