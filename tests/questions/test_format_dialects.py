"""Files as other tools write them, with the dialects in which a key is easily read wrong."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from questions.exchange import (
    aiken,
    anki,
    csv_table,
    gift_reader,
    markdown_list,
    moodle_reader,
    qti_reader,
    workbook,
)
from questions.exchange.text_files import FormatError
from tests.support.files import only, reasons

# --- Aiken


def test_aiken_as_moodle_documents_it():
    text = "Which store keeps vectors?\nA. A ledger\nB) A vector index\nC. A queue\nANSWER: B\n"
    item = only(aiken.loads(text.encode())).item
    assert (item.type, item.right) == ("multiple_choice", (1,))
    assert item.options[1].text == "A vector index"


def test_aiken_with_several_letters_is_never_read_as_the_first_alone():
    text = "Which two hold?\nA. One\nB. Two\nC. Three\nANSWER: A, C\n"
    item = only(aiken.loads(text.encode())).item
    assert (item.type, item.right) == ("multiple_response", (0, 2))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Stem\nA. One\nB. Two\nANSWER: D\n", "line 4: ANSWER: names a letter without an option"),
        ("Stem\nA. One\nB. Two\nANSWER: the first\n", "line 4: ANSWER: must name a letter"),
        ("Stem\nA. One\nC. Two\nANSWER: A\n", "line 3: it is neither option B nor ANSWER:"),
        ("Stem\nA. One\nB. Two\n", "the question has no ANSWER: line"),
    ],
)
def test_aiken_says_the_line_and_the_reason(text, reason):
    assert reason in reasons(aiken.loads(text.encode()))[0]


# --- GIFT

GIFT = r"""
// question: 12  name: two rows
// [id:inf-1] [tag:level:recall] [tag:own words]
$CATEGORY: $course$/top/Domain 1

::Batch::[html]<p>Which option runs <b>overnight</b>?</p>{
  =Batch inference#<p>No endpoint runs.</p>
  ~Real\-time endpoint#It runs all day.
  ~%50%Asynchronous
}

Which two reduce variance?{
  ~%50%Bagging
  ~%50%More data
  ~%-100%A deeper tree
}

A token is a word.{F#It is a piece of one.#Right.}

Match each.{
  =Recall -> found of what is there
  =Precision -> right of what was found
  = -> a ratio of costs
}

Order the steps.{>3 ALL VERTICAL ALL_OR_NOTHING SHOW none
  Collect
  Train
  Deploy
}
"""


def test_gift_of_every_kind():
    loaded = gift_reader.loads(GIFT.encode())
    assert loaded.problems == ()
    batch, two, token, match, order = (taken.item for taken in loaded.items)
    assert batch.stem == "Which option runs **overnight**?"
    assert [option.why for option in batch.options][:2] == [
        "No endpoint runs.",
        "It runs all day.",
    ]
    assert (batch.type, batch.right) == ("multiple_choice", (0,))
    assert "part credit" in " ".join(loaded.items[0].warnings)
    assert (two.type, two.right) == ("multiple_response", (0, 1))
    assert (token.right, token.options[0].why, token.options[1].why) == (
        (1,),
        "It is a piece of one.",
        "Right.",
    )
    assert (match.type, match.right, len(match.options)) == ("matching", (0, 1), 3)
    assert [option.text for option in order.options] == ["Collect", "Train", "Deploy"]
    assert loaded.items[0].category == "$course$/top/Domain 1"


@pytest.mark.parametrize("line", ["a" * 20_000 + "!", " " * 20_000 + "!", "a " * 10_000 + "!"])
def test_a_gift_ordering_s_first_line_costs_no_more_than_its_length(line):
    """Thirty letters before a mark took minutes."""
    start = time.thread_time()
    loaded = gift_reader.loads(f"Order these.{{>{line}\nOne\nTwo\n}}\n".encode())
    assert time.thread_time() - start < 2
    assert "an ordering begins with a line" in str(loaded.problems)


def test_gift_comments_are_named_with_their_question():
    text = (
        "// question: 12  name: Q1\n// Ask [id:a-1] Ron\n// [tag:x]\nWhich? {\n=A\n// why\n~B\n}\n"
    )
    taken = only(gift_reader.loads(text.encode()))
    assert taken.item.ref == "a-1"
    assert [line for line in taken.warnings if "comment" in line] == [
        "line 2: a comment was left out: 'Ask  Ron'",
        "line 6: a comment was left out: 'why'",
    ]


def test_gift_marks_before_a_question_are_its_own():
    text = "// [id:x-1] [tag:level:recall] [tag:own]\nStem{=a ~b}\n"
    taken = only(gift_reader.loads(text.encode()))
    assert (taken.item.ref, taken.item.level, taken.tags) == ("x-1", "recall", ("own",))


def test_gift_escapes_are_characters_and_other_backslashes_stay():
    item = only(gift_reader.loads(rb"Is 1 \= 1 \{sic\}, C:\\x \: 3\#?{=yes \~ ~no\nnever}")).item
    assert item.stem == r"Is 1 = 1 {sic}, C:\x : 3#?"
    assert [option.text for option in item.options] == ["yes ~", "no\nnever"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Two are right.{=a =b ~c}", "two answers are each fully right"),
        ("Name it.{=short =answer}", "a short answer"),
        ("How many?{#3:1}", "a numerical question"),
        ("Write.{}", "an essay"),
        ("Only words.", "a description"),
        ("Open.{=a ~b", "not closed"),
    ],
)
def test_gift_names_what_it_does_not_take(text, reason):
    assert reason in reasons(gift_reader.loads(text.encode()))[0]


# --- Moodle XML

MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0 -->
<question type="category"><category><text>$course$/top/Domain 2</text></category></question>
<question type="multichoice"><name><text>tokens</text></name>
 <questiontext format="html">
  <text><![CDATA[<p>What is a <em>token</em>?</p>]]></text></questiontext>
 <single>true</single><shuffleanswers>true</shuffleanswers>
 <answer fraction="0" format="html"><text><![CDATA[<p>A word</p>]]></text><feedback/></answer>
 <answer fraction="100" format="html"><text>A piece</text>
  <feedback format="html"><text><![CDATA[<p>Often a part of a word.</p>]]></text></feedback>
 </answer>
 <tags><tag><text>level:recall</text></tag></tags>
</question>
<question type="multichoice"><name><text>two</text></name>
 <questiontext format="plain_text"><text>Which two?</text></questiontext><single>false</single>
 <answer fraction="50"><text>a</text></answer><answer fraction="-50"><text>b</text></answer>
 <answer fraction="50"><text>c</text></answer></question>
<question type="matching"><name><text>m</text></name>
 <questiontext format="html"><text>Match</text></questiontext>
 <subquestion format="html"><text>one</text><answer><text>1</text></answer></subquestion>
 <subquestion format="html"><text></text><answer><text>3</text></answer></subquestion>
 <subquestion format="html"><text>two</text><answer><text>2</text></answer></subquestion></question>
<question type="truefalse"><name><text>tf</text></name>
 <questiontext format="html"><text>Is it?</text></questiontext>
 <answer fraction="0"><text>true</text></answer>
 <answer fraction="100"><text>false</text></answer></question>
<question type="ordering"><name><text>o</text></name>
 <questiontext format="html"><text>Order</text></questiontext>
 <answer fraction="1.0"><text>first</text></answer>
 <answer fraction="0.5"><text>second</text></answer>
</question>
<question type="essay"><name><text>e</text></name></question>
</quiz>"""


def test_moodle_xml_as_moodle_writes_it():
    loaded = moodle_reader.loads(MOODLE.encode())
    assert [taken.item.type for taken in loaded.items] == [
        *("multiple_choice", "multiple_response", "matching", "multiple_choice", "ordering")
    ]
    token, two, match, tf, _ = (taken.item for taken in loaded.items)
    assert (token.stem, token.right, token.ref) == ("What is a *token*?", (1,), "tokens")
    assert token.options[1].why == "Often a part of a word."
    assert token.level == "recall"
    assert two.right == (0, 2)
    assert (match.prompts, match.right) == (("one", "two"), (0, 2))
    assert tf.right == (1,)
    assert loaded.items[0].category == "Domain 2"
    assert reasons(loaded) == ["row 33: it is of the type 'essay', which is not taken"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE quiz [<!ENTITY a "b">]>',
        '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<?xml version="1.0"?>\n<!-- x --><!DOCTYPE quiz [<!ENTITY % p SYSTEM "file:///x"> %p;]>',
    ],
)
def test_a_document_type_is_refused_before_it_is_read(head):
    with pytest.raises(FormatError, match="document type"):
        moodle_reader.loads((head + "<quiz>&a;</quiz>").encode())


def test_elements_without_end_are_refused():
    with pytest.raises(FormatError, match=r"deep|well-formed"):
        moodle_reader.loads(b"<quiz>" + b"<a>" * 200 + b"</a>" * 200 + b"</quiz>")


# --- QTI

QTI_21 = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice"
 title="Unattended" adaptive="false" timeDependent="false">
 <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
  <correctResponse><value>ChoiceB</value></correctResponse></responseDeclaration>
 <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
 <itemBody><p>Look at the text.</p>
  <choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
   <prompt>What does it say?</prompt>
   <simpleChoice identifier="ChoiceA">Stay.</simpleChoice>
   <simpleChoice identifier="ChoiceB">Leave <b>now</b>.<feedbackInline outcomeIdentifier="F"
     identifier="ChoiceB" showHide="show">So it says.</feedbackInline></simpleChoice>
  </choiceInteraction></itemBody>
</assessmentItem>"""

QTI_30 = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
 identifier="o-1" title="Order" adaptive="false" time-dependent="false">
 <qti-response-declaration identifier="RESPONSE" cardinality="ordered" base-type="identifier">
  <qti-correct-response><qti-value>C</qti-value><qti-value>A</qti-value></qti-correct-response>
 </qti-response-declaration>
 <qti-item-body><qti-order-interaction response-identifier="RESPONSE" shuffle="true">
  <qti-prompt>Put them in order.</qti-prompt>
  <qti-simple-choice identifier="A">Second</qti-simple-choice>
  <qti-simple-choice identifier="C">First</qti-simple-choice>
 </qti-order-interaction></qti-item-body></qti-assessment-item>"""

QTI_MATCH = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="m">
 <responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="directedPair">
  <correctResponse><value>P1 R2</value><value>P2 R1</value></correctResponse></responseDeclaration>
 <itemBody><matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2">
  <prompt>Match.</prompt>
  <simpleMatchSet><simpleAssociableChoice identifier="P1" matchMax="1">one</simpleAssociableChoice>
  <simpleAssociableChoice identifier="P2" matchMax="1">two</simpleAssociableChoice></simpleMatchSet>
  <simpleMatchSet><simpleAssociableChoice identifier="R1" matchMax="1">2</simpleAssociableChoice>
  <simpleAssociableChoice identifier="R2" matchMax="1">1</simpleAssociableChoice></simpleMatchSet>
 </matchInteraction></itemBody></assessmentItem>"""


def package(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = "".join(
            f'<resource identifier="{name}" type="imsqti_item_xmlv2p1" href="{name}.xml"/>'
            for name in files
        )
        manifest = "http://www.imsglobal.org/xsd/imscp_v1p1"
        archive.writestr(
            "imsmanifest.xml",
            f'<manifest xmlns="{manifest}"><resources>{rows}</resources></manifest>',
        )
        for name, text in files.items():
            archive.writestr(f"{name}.xml", text)
    return file.getvalue()


def test_qti_of_both_generations_in_one_package():
    loaded = qti_reader.loads(package(a=QTI_21, b=QTI_30, c=QTI_MATCH))
    assert loaded.problems == ()
    choice, order, match = (taken.item for taken in loaded.items)
    assert (choice.stem, choice.right) == ("Look at the text.\n\nWhat does it say?", (1,))
    assert (choice.options[1].text, choice.options[1].why) == ("Leave **now**.", "So it says.")
    assert (order.type, order.right) == ("ordering", (1, 0))
    assert (match.prompts, match.right) == (("one", "two"), (1, 0))


def test_qti_names_the_item_that_is_broken():
    loaded = qti_reader.loads(
        package(a=QTI_21, b="<assessmentItem>", c=QTI_21.replace("choiceI", "textI"))
    )
    assert len(loaded.items) == 1
    assert reasons(loaded)[0].startswith("row 2: b.xml: ")
    assert len(loaded.problems) == 2


# --- Markdown

PRACTICE = """# Practice exam

## Table of contents

### 1. Which store keeps vectors?

- [ ] A ledger
- [X] A vector index
- [ ] A queue

**[⬆ Back to Top](#table-of-contents)**

### Question 2: Which two hold?

* [x] One
* [ ] Two
* [x] Three

Explanation: because of it.
"""


def test_a_list_as_public_collections_write_it():
    loaded = markdown_list.loads(PRACTICE.encode())
    one, two = (taken.item for taken in loaded.items)
    assert (one.stem, one.right) == ("Which store keeps vectors?", (1,))
    assert (two.stem, two.right, two.type) == ("Which two hold?", (0, 2), "multiple_response")
    assert two.options[0].why == "because of it."


# --- Tables


def test_a_table_with_other_peoples_names_and_semicolons():
    text = "Question;A;B;C;Correct answer;Explanation\nWhich?;one;two;three;B;Since so.\n"
    item = only(csv_table.loads(text.encode("utf-8-sig"))).item
    assert (item.right, item.options[1].why) == ((1,), "Since so.")


def test_a_row_that_is_wrong_is_named_with_its_column():
    text = (
        "stem,option_a,option_b,key\nfine?,a,b,A\nno key?,a,b,\n,a,b,A\nbeyond?,a,b,D\n"
        '"two\nlines?",a,,B\n'
    )
    loaded = csv_table.loads(text.encode())
    assert len(loaded.items) == 1
    assert [problem.row for problem in loaded.problems] == [3, 4, 5, 6]
    assert [problem.column for problem in loaded.problems] == ["key", "stem", "key", "key"]


def test_a_workbook_of_numbers_and_empty_rows():
    book = Workbook()
    for row in (["Question", "Option 1", "Option 2", "Answer"], [], ["How many?", 4, 5.0, 2]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    item = only(workbook.loads(file.getvalue())).item
    assert ([option.text for option in item.options], item.right) == (["4", "5"], (1,))


def test_an_anki_text_file():
    text = (
        "#separator:tab\n#html:true\n#tags column:7\n"
        "q-1\t<p>Which?</p>\t<p>A. one</p><p>B. two</p>\tB\t<p>B. It is.</p>\t\tlevel:recall\n"
    )
    taken = only(anki.loads(text.encode()))
    assert (taken.item.right, taken.item.options[1].why, taken.item.level) == (
        (1,),
        "It is.",
        "recall",
    )


def test_a_tags_column_in_other_digits_is_none():
    text = "#tags column:²\nq-1\tWhich?\t<p>A. one</p><p>B. two</p>\tB\t<p>B. It is.</p>\n"
    assert only(anki.loads(text.encode())).item.right == (1,)


def test_a_link_back_is_left_out_and_a_line_that_ends_in_one_is_text():
    text = "### Which holds?\n\n[Top](#top)\nSee it (#3).\n\n- [x] a\n- [ ] b\n"
    assert only(markdown_list.loads(text.encode())).item.stem == "Which holds?\n\nSee it (#3)."


def test_a_number_goes_from_the_start_of_a_heading_alone():
    text = "### 12. Is layer 0 ) or 1. the input?\n\n- [x] a\n- [ ] b\n"
    assert only(markdown_list.loads(text.encode())).item.stem == "Is layer 0 ) or 1. the input?"


# --- Texts of marks alone


@pytest.mark.parametrize("mark", ["#", "---", "> ", "```", "&nbsp;", "![x](http://127.0.0.1/x)"])
def test_a_text_that_shows_nothing_is_refused_in_its_column(mark):
    table = f'stem,option_a,option_b,key\n"{mark}",a,b,A\n'
    (problem,) = csv_table.loads(table.encode()).problems
    assert (problem.row, problem.column) == (2, "stem")
    assert "the text shows nothing" in problem.reason


def test_an_option_that_shows_nothing_is_refused_in_its_column():
    table = "stem,option_a,option_b,key\nWhich?,a,[](),A\n"
    (problem,) = csv_table.loads(table.encode()).problems
    assert (problem.row, problem.column) == (2, "option B")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 picture of the workbook was left out; upload it and name it"),
        (2, "2 pictures of the workbook were left out; upload them and name them"),
    ],
)
def test_pictures_of_a_workbook_are_counted(count, said):
    rows = [["stem", "key", "option_a", "option_b"], ["Why?", "A", "x", "y"]]
    file = io.BytesIO(workbook.book_of(rows, "Questions"))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/media/image{number}.png", b"")
    (item,) = workbook.loads(file.getvalue()).items
    assert said in item.warnings
