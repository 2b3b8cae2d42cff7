"""Exercises of Open edX, R/exams and Respondus: their keys, what explains them, what they lose."""

import io
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.exchange import olx, respondus, rexams
from questions.exchange.registry import guessed
from questions.exchange.text_files import FormatError

CASES = Path(__file__).parent / "files" / "cases"


def only(loaded):
    assert loaded.problems == ()
    (entry,) = loaded.items
    return entry


def reasons(loaded):
    return [str(problem) for problem in loaded.problems]


def key_of(item):
    return (item.type, [item.options[index].text for index in item.right])


@pytest.mark.parametrize(
    ("name", "format_name", "reader"),
    [
        ("olx_problem.xml", "olx", olx),
        ("rexams_schoice.Rmd", "rexams", rexams),
        ("respondus.txt", "respondus", respondus),
    ],
)
def test_each_small_file_arrives_and_is_told_apart(name, format_name, reader):
    content = (CASES / name).read_bytes()
    assert guessed(name, content) == format_name
    loaded = reader.loads(content)
    assert loaded.problems == ()
    item = loaded.items[0].item
    assert (item.stem, *key_of(item)) == ("Which animal barks?", "multiple_choice", ["Dog"])


# --- Open edX

PROBLEM = """<problem display_name="Pond" markdown="null">
  <p>Look at the <b>pond</b>.</p>
  <multiplechoiceresponse>
    <label>Which animal barks?</label>
    <description>One is right.</description>
    <choicegroup type="MultipleChoice" answer-pool="3">
      <choice correct="false">Duck<choicehint>It quacks.</choicehint></choice>
      <choice correct="true"><code>Dog</code> &lt;1&gt;</choice>
    </choicegroup>
    <solution><div class="detailed-solution"><p>Explanation</p><p>Dogs bark.</p></div></solution>
  </multiplechoiceresponse>
  <choiceresponse partial_credit="EDC">
    <label>Which lay eggs?</label>
    <checkboxgroup>
      <choice correct="true">Duck</choice>
      <choice correct="false">Dog</choice>
      <compoundhint value="A B">Not both.</compoundhint>
    </checkboxgroup>
  </choiceresponse>
  <optionresponse>
    <label>What is a hen?</label>
    <optioninput options="('A bird','A fish')" correct="A bird"/>
  </optionresponse>
  <numericalresponse answer="4"><label>How many legs?</label></numericalresponse>
  <demandhint><hint>Think of ponds.</hint></demandhint>
</problem>"""


def test_each_response_of_a_problem_is_a_question():
    loaded = olx.loads(PROBLEM.encode())
    one, eggs, hen = loaded.items
    assert one.item.stem == "Look at the **pond**.\n\nWhich animal barks?\n\nOne is right."
    assert key_of(one.item) == ("multiple_choice", ["`Dog` <1>"])
    assert [option.why for option in one.item.options] == ["It quacks.", "Dogs bark."]
    assert "a draw from a pool of its options was left out: all are shown" in one.warnings
    assert key_of(eggs.item) == ("multiple_response", ["Duck"])
    assert "a hint on a combination of options was left out: 'Not both.'" in eggs.warnings
    assert "part credit was left out: all or nothing counts" in eggs.warnings
    assert key_of(hen.item) == ("multiple_choice", ["A bird"])
    assert "numericalresponse of Open edX is no choice of options" in reasons(loaded)[0]


def test_a_hint_on_demand_is_named():
    (entry,) = olx.loads(
        (CASES / "olx_problem.xml")
        .read_bytes()
        .replace(b"</problem>", b"<demandhint><hint>Ponds.</hint></demandhint></problem>")
    ).items
    assert entry.warnings == ("a hint on demand was left out: 'Ponds.'",)


def test_a_problem_that_a_script_computes_is_refused():
    text = PROBLEM.replace("<p>Look", '<script type="loncapa/python">x = 1</script><p>Look')
    (problem,) = olx.loads(text.encode()).problems
    assert "a script computes its text" in problem.reason


def course(files):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def test_a_course_brings_its_problems_and_their_pictures():
    shown = '<p><img src="/static/pond.png" alt="A pond"/></p><multiplechoiceresponse>'
    text = (CASES / "olx_problem.xml").read_text().replace("<multiplechoiceresponse>", shown)
    content = course(
        {
            "course/problem/a.xml": text.encode(),
            "course/problem/b.xml": b"<problem><p>Words.</p></problem>",
            "course/html/c.xml": b"<html/>",
            "course/static/pond.png": b"its bytes",
        }
    )
    assert guessed("course.tar.gz", content) == "olx"
    loaded = olx.loads(content)
    (address,) = loaded.images
    assert loaded.items[0].item.stem.startswith(f"![A pond]({address})")
    assert reasons(loaded) == ["row 2: a problem of Open edX without a response"]


@pytest.mark.parametrize(
    "content",
    [b"\x1f\x8b", course({"a": b"x"})[:-8], course({"a": b"x"})],
    ids=["no more than a mark", "cut off", "without a course"],
)
def test_a_broken_course_is_a_named_error(content):
    with pytest.raises(FormatError):
        olx.loads(content)


def test_a_course_that_unpacks_to_too_much_is_refused():
    with pytest.raises(FormatError, match="unpacks to more"):
        olx.loads(course({"problem/a.xml": b"\0" * 60_000_000}))


# --- R/exams

EXERCISE = (CASES / "rexams_schoice.Rmd").read_text(encoding="utf-8")
SEVERAL = EXERCISE.replace("schoice", "mchoice").replace("* True", "* True. It barks at night.")


def test_several_may_be_right_and_each_says_why():
    entry = only(rexams.loads(SEVERAL.encode()))
    assert key_of(entry.item) == ("multiple_response", ["Dog"])
    assert [option.why for option in entry.item.options] == ["", "It barks at night.\n\nDogs bark."]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("schoice", "num"), "'num' of R/exams is no choice"),
        (("extype: schoice", ""), "it does not say its extype"),
        (("exsolution: 01", "exsolution: 010"), "is no 0 or 1 for each of 2 options"),
        (("exsolution: 01", "exsolution: 10"), "say different things"),
        (("Which animal", "Which `r x` animal"), "R computes its text"),
        (("* Duck\n* Dog", "```{r}\nanswerlist(a)\n```"), "its Answerlist is computed by R"),
        (("* False\n* True", "* False"), "(options: 2, entries: 1)"),
    ],
)
def test_what_is_no_fixed_choice_is_refused(change, reason):
    assert reason in reasons(rexams.loads(EXERCISE.replace(*change).encode()))[0]


def test_code_that_computes_nothing_is_left_out_by_name():
    text = "```{r, results='hide'}\nset.seed(1)\n```\n\n" + EXERCISE + "expoints: 3\n"
    entry = only(rexams.loads(text.encode()))
    assert entry.warnings == ("line 1: code in R was left out", "expoints was left out: '3'")


def test_a_zip_of_exercises():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.Rmd", EXERCISE)
        archive.writestr("b.Rmd", "nothing")
    content = file.getvalue()
    assert guessed("exercises.zip", content) == "rexams"
    loaded = rexams.loads(content)
    assert len(loaded.items) == 1
    assert "row 2: b.Rmd: no section is named Question" in reasons(loaded)[0]


def test_an_exercise_in_latex_says_so():
    with pytest.raises(FormatError, match="in LaTeX"):
        rexams.loads(b"\\begin{question}\nWhich?\n\\end{question}\n")


# --- Respondus

RESPONDUS = """\
Type: MC
Title: Pond
Points: 2
3) Which animal
barks at __init__?
~ Dogs bark.
a. Duck
@ It quacks.
*b. Dog

c. Hen
and chicks

Type: TF
4) Hens are birds.
*a. True
b. False

Type: MT
5. Match each.
a. Duck = quacks
b. Dog = barks
c. Puppy = barks

Type: E
6) Say why.

7) Which is the last?
a. The first
b. This

Answers:
7. B
"""


def test_respondus_of_every_kind():
    loaded = respondus.loads(RESPONDUS.encode())
    barks, hens, match, last = loaded.items
    assert barks.item.stem == "Which animal\nbarks at \\_\\_init\\_\\_?"
    assert key_of(barks.item) == ("multiple_choice", ["Dog"])
    assert [option.why for option in barks.item.options] == ["It quacks.", "Dogs bark.", ""]
    assert barks.item.options[2].text == "Hen\nand chicks"
    assert barks.warnings == ("points was left out: '2'",)
    assert key_of(hens.item) == ("multiple_choice", ["True"])
    assert (match.item.type, match.item.right) == ("matching", (0, 1, 1))
    assert match.item.prompts == ("Duck", "Dog", "Puppy")
    assert key_of(last.item) == ("multiple_choice", ["This"])
    assert reasons(loaded) == ["row 26: type 'E' of Respondus is no kind of question here"]


def test_respondus_feedback_is_of_the_option_above_it_or_of_the_question():
    text = "1) Which?\n~ Think.\na) One\n~ It is\nsmall.\n*b) Two\nc) Three\n~ So it is.\n"
    (taken,) = respondus.loads(text.encode()).items
    # What stands above the options, or at the very end, explains the right one.
    whys = [" ".join(option.why.split()) for option in taken.item.options]
    assert whys == ["It is small.", "Think. So it is.", ""]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1) Which?\na) One\nb) Two\n", "no option is marked as right; put * before it"),
        ("1) Which?\n*a) One\nb) Two\nAnswers:\n1. B\n", "the list of answers disagree"),
        ("1) Which?\na) One\nb) Two\nAnswers:\n1. C\n", "names an option that does not exist"),
        ("Type: MT\n1) Which?\na) One\nb) Two = 2\n", "is a prompt, = and its match"),
    ],
)
def test_respondus_says_what_is_wrong(text, reason):
    assert reason in reasons(respondus.loads(text.encode()))[0]


# --- Whatever is taken away


@pytest.mark.parametrize(
    ("reader", "text"), [(olx, PROBLEM), (rexams, SEVERAL), (respondus, RESPONDUS)]
)
@given(data=st.data())
@settings(max_examples=30)
def test_a_file_without_one_of_its_lines_gives_items_or_a_named_error(reader, text, data):
    lines = text.splitlines()
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    with suppress(FormatError):
        loaded = reader.loads("\n".join(lines).encode())
        assert loaded.items or loaded.problems
