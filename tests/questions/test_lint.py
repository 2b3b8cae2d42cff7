"""The item-writing rules: each finds the item that breaks it, and lets the one that does not be."""

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from questions.bank_files.references import Fact
from questions.bank_files.style import Outdated, Style
from questions.items.item import Item, Option
from questions.lint import RULES, LintContext, lint_item
from questions.lint.words import content, grade, jaccard, sentences, stem, syllables, tokens, words

STYLE = Style(
    outdated=(Outdated(pattern=re.compile(r"\bQuickSight\b"), instead="Quick"),),
    brands=("Amazon", "AWS"),
    services=("Kiro",),
    avoid=("Amazon Forecast",),
    companies=("Globex",),
    abbreviations=frozenset({"AI", "TWO"}),
)
GROUND = LintContext(
    objectives={"1.1": frozenset({"1.1.1"})},
    facts={
        "F1": Fact("F1", "1.1.1"),
        "F2": Fact("F2", "1.1.1"),
        "F3": Fact("F3", "1.1.1", correction="It is the other way round."),
    },
    sources=frozenset({"guide"}),
    style=STYLE,
    guide_version="1.1",
    reviewed_on=date(2026, 3, 1),
    today=date(2026, 6, 1),
    subjects=frozenset({"live-endpoints", "live endpoint"}),
)
WHYS = (
    "The orders are known in the evening, so one nightly job over all of them is enough.",
    "An endpoint that waits all day costs money although nobody asks it anything at night.",
    "A queue serves large single requests, and here there is one set for the night.",
    "Waking up for each request suits rare traffic, not one large set that is known.",
)


def choice(**changes):
    """A multiple-choice item that no rule minds."""
    item = Item(
        ref="tiny-1",
        type="multiple_choice",
        level="apply",
        stem=(
            "A bakery plans the next day from its orders. Every evening a model reads all of them "
            "at once, and nobody waits for the answer. Which kind of inference fits this plan best?"
        ),
        options=tuple(
            Option(text, why)
            for text, why in zip(
                ("Batch jobs", "Live endpoints", "Async queues", "Serverless calls"),
                WHYS,
                strict=True,
            )
        ),
        right=(0,),
        topic="inference",
        task="1.1",
        objective="1.1.1",
        facts=("F1",),
        evidence="a nightly job",
        sources=("guide",),
    )
    return replace(item, **changes)


def texts(*given, right=(0,), **changes):
    """The item with these options, each with a why of its own."""
    whys = [*WHYS, WHYS[0].replace("orders", "loaves"), WHYS[1].replace("day", "week")]
    options = tuple(Option(text, why) for text, why in zip(given, whys, strict=False))
    return choice(**{"options": options, "right": right, **changes})


def response(**changes):
    """A multiple-response item that no rule minds."""
    values = {
        "type": "multiple_response",
        "stem": choice().stem.replace(
            "Which kind of inference fits this plan best?",
            "Which two steps keep the nightly run cheap? (Choose TWO.)",
        ),
        "right": (0, 2),
    }
    given = ("Small machines", "Live endpoints", "Spot capacity", "Daily retraining", "More copies")
    return texts(*given, **{**values, **changes})


def ordering(**changes):
    values = {"type": "ordering", "stem": choice().stem, "right": (0, 1, 2)}
    given = ("Collect the orders", "Train the model", "Deploy the model")
    return texts(*given, **{**values, **changes})


def matching(**changes):
    values = {
        "type": "matching",
        "stem": "Match each need of the bakery with the kind of inference that serves it best.",
        "prompts": ("once a night", "at each click", "large single files"),
        "right": (0, 1, 2),
    }
    return texts("Batch jobs", "Live endpoints", "Async queues", **{**values, **changes})


def why(text):
    """The item whose second option says this in its why."""
    options = list(choice().options)
    options[1] = replace(options[1], why=text)
    return choice(options=tuple(options))


def found(item, ground=GROUND):
    return {(f.rule, f.severity, f.field) for f in lint_item(item, ground)}


@pytest.mark.parametrize("make", [choice, response, ordering, matching])
def test_a_sound_item_of_each_type_has_no_finding(make):
    assert lint_item(make(), GROUND) == []


def about(index, name):
    """The item that no rule minds, of which one option stands for something."""
    options = [*choice().options]
    options[index] = replace(options[index], about=name)
    return choice(options=tuple(options))


Q = " Which kind of inference fits this plan best?"
SCENE = choice().stem.removesuffix(Q)

BROKEN = {
    "C1 other task's objective": (choice(objective="2.2.2"), "C1", "objective"),
    "C1 no fact": (choice(facts=()), "C1", "facts"),
    "C1 four facts": (choice(facts=("F1", "F2", "F1", "F2")), "C1", "facts"),
    "C1 unknown fact": (choice(facts=("F9",)), "C1", "facts"),
    "C2 number as key": (texts("40 jobs", "Endpoints", "Queues", "Calls"), "C2", "options[0].text"),
    "C3 correction unused": (choice(facts=("F3",)), "C3", "facts"),
    "C3 nothing to correct": (choice(uses_correction=True), "C3", "uses_correction"),
    "C5 no source": (choice(sources=()), "C5", "sources"),
    "C5 unknown source": (choice(sources=("rumor",)), "C5", "sources"),
    "C5 stale": (choice(reviewed_on="2025-05-01"), "C5", "reviewed_on"),
    "C5 to come": (choice(reviewed_on="2027-05-01"), "C5", "reviewed_on"),
    "C6 no day": (choice(checked="soon"), "C6", "checked"),
    "C6 to come": (choice(checked="2027-05-01"), "C6", "checked"),
    "C7": (choice(clue="cost\nand time"), "C7", "clue"),
    "C8 share": (choice(angoff=65.0), "C8", "angoff"),
    "C8 share of the prepared": (choice(prepared=1.1), "C8", "prepared"),
    "C8 spread alone": (choice(angoff_spread=0.1), "C8", "angoff_spread"),
    "O14 unknown": (about(1, "sourdough"), "O14", "options[1].about"),
    "O14 on the key": (about(0, "batch-jobs"), "O14", "options[0].about"),
    "S1 no question": (choice(stem=SCENE + " Name the kind of inference."), "S1", "stem"),
    "S1 too short": (choice(stem=SCENE + " What?"), "S1", "stem"),
    "S1 no number": (
        response(stem=SCENE + " Choose two: which steps keep it cheap?"),
        "S1",
        "stem",
    ),
    "S2 not": (choice(stem=SCENE + " Which kind does not fit this plan?"), "S2", "stem"),
    "S2 except": (choice(stem=SCENE + " Which fits all plans except this one?"), "S2", "stem"),
    "S2 least": (choice(stem=SCENE + " Which kind is least likely to fit?"), "S2", "stem"),
    "S3 short": (choice(stem="Which kind of inference fits a nightly run?"), "S3", "stem"),
    "S3 long": (choice(stem=SCENE * 4 + Q), "S3", "stem"),
    "S3 long question": (
        choice(stem=SCENE + " Which " + "very " * 30 + "good kind fits?"),
        "S3",
        "stem",
    ),
    "S5 true": (choice(stem=SCENE + " Which statement on the plan is true?"), "S5", "stem"),
    "S6 wrong number": (response(right=(0, 1, 2)), "STRUCTURE", "stem"),
    "S6 nearly all": (
        response(
            right=(0, 1, 2, 3), stem=response().stem.replace("(Choose TWO.)", "(Choose FOUR.)")
        ),
        "S6",
        "options",
    ),
    "O2 six": (
        response(
            options=response().options * 1
            + tuple(
                Option(f"Step {n}", f"{WHYS[0]} Again, in other words, number {n}.") for n in "ab"
            )
        ),
        "O2",
        "options",
    ),
    "O3 service among others": (
        texts("Amazon Lex", "Endpoints", "Queues", "Calls"),
        "O3",
        "options[0].text",
    ),
    "O3 key begins otherwise": (
        texts("To run jobs", "Live endpoints", "Async queues", "Serverless calls"),
        "O3",
        "options[0].text",
    ),
    "O4 all": (texts("Jobs", "Endpoints", "Queues", "All of the above"), "O4", "options[3].text"),
    "O15 both": (texts("Jobs", "Endpoints", "Queues", "Both A and B"), "O15", "options[3].text"),
    "O5 long key": (
        texts("Jobs that run each night at ten", "Live endpoints", "Async queues", "Calls"),
        "O5",
        "options[0].text",
    ),
    "O5 short key": (
        texts("Jobs", "Endpoints that wait all day", "Queues that serve one file", "Calls on wish"),
        "O5",
        "options[0].text",
    ),
    "O7 only": (texts("Jobs", "Endpoints only", "Queues", "Calls"), "O7", "options[1].text"),
    "O7 may": (texts("Jobs that may run", "Endpoints", "Queues", "Calls"), "O7", "options[0].text"),
    "O8 echo": (
        texts("Evening jobs", "Live endpoints", "Async queues", "Serverless calls"),
        "O8",
        "options[0].text",
    ),
    "O9 twins": (
        texts(
            "Jobs that run at night on one small spot machine",
            "Jobs that run at noon on one small spot machine",
            "Queues",
            "Calls",
        ),
        "O9",
        "options[1].text",
    ),
    "O9 ranges": (
        texts("10 to 30 jobs", "20 to 40 jobs", "50 to 60 jobs", "70 to 80 jobs", numeric_ok=True),
        "O9",
        "options",
    ),
    "O10 order": (
        texts("10 jobs", "40 jobs", "20 jobs", "80 jobs", numeric_ok=True),
        "O10",
        "options",
    ),
    "O10 shuffled": (
        texts("10 jobs", "20 jobs", "40 jobs", "80 jobs", numeric_ok=True),
        "O10",
        "fixed_order",
    ),
    "O11 closed service": (
        texts("Amazon Lex", "Amazon Polly", "Amazon Forecast", "Amazon Textract"),
        "O11",
        "options[2].text",
    ),
    "O12 capitals": (texts("Jobs", "endpoints", "Queues", "Calls"), "O12", "options"),
    "O12 stops": (texts("Jobs", "Endpoints.", "Queues", "Calls"), "O12", "options"),
    "O12 article": (choice(stem=SCENE + " This is called a"), "O12", "stem"),
    "O13 convergence": (
        texts("Nightly batch jobs", "Nightly live jobs", "Hourly batch jobs", "Async file queues"),
        "O13",
        "options[0].text",
    ),
    "E1 short": (why("It is dear."), "E1", "options[1].why"),
    "E1 long": (why("word " * 61), "E1", "options[1].why"),
    "E1 letter": (
        why("Unlike option B this one runs all day long and costs money."),
        "E1",
        "options[1].why",
    ),
    "E1 place": (
        why("The first option is cheaper because nothing runs during the day."),
        "E1",
        "options[1].why",
    ),
    "E1 same": (why(WHYS[0]), "E1", "options[1].why"),
    "E2 no ground": (choice(sources=(), facts=()), "E2", "sources"),
    "M1 reuse": (matching(right=(0, 0, 2)), "M1", "stem"),
    "M2 no source": (ordering(sources=()), "M2", "sources"),
    "F1 British": (why(WHYS[1] + " The labelled colour."), "F1", "options[1].why"),
    "F1 ise": (choice(stem=SCENE + " Which kind should they organise?"), "F1", "stem"),
    "F1 old name": (why(WHYS[1] + " QuickSight shows it."), "F1", "options[1].why"),
    "F2 long sentence": (
        choice(stem="A bakery " + "and a mill " * 10 + "plan. Which kind of inference fits best?"),
        "F2",
        "stem",
    ),
    "F2 hard words": (
        choice(
            stem="Organizational heterogeneity necessitates interoperability considerations, "
            "notwithstanding infrastructural incompatibilities. Which architectural "
            "characterization accommodates organizational interoperability considerations?"
        ),
        "F2",
        "stem",
    ),
    "F2 abbreviation": (choice(stem=SCENE.replace("model", "XYZ") + Q), "F2", "stem"),
    "F3 gender": (choice(stem="The owner says she is glad. " + SCENE + Q), "F3", "stem"),
    "F3 company": (choice(stem=SCENE.replace("A bakery", "Globex") + Q), "F3", "stem"),
    "F4 picture without a description": (
        choice(stem=f"{SCENE}\n\n![](/images/{UUID(int=7)})\n\n{Q}"),
        "F4",
        "stem",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_found_at_its_field(name):
    item, rule, field = BROKEN[name]
    assert (rule, field) in {(found_rule, at) for found_rule, _, at in found(item)}


def test_every_rule_is_broken_once():
    assert {rule.id for rule in RULES} <= {rule for _, rule, _ in BROKEN.values()}


SOUND = {
    "a number that matters": texts("40 jobs", "Endpoints", "Queues", "Calls", numeric_ok=True),
    "a name with a digit": texts("S3", "EC2", "ECR", "EKS"),
    "a correction that is used": choice(facts=("F3",), uses_correction=True),
    "a later review of its own": choice(reviewed_on="2026-05-31"),
    "a negation in bold": choice(stem=SCENE + " Which kind does **not** fit this plan?"),
    "least effort": choice(stem=SCENE + " Which kind takes the least operational effort?"),
    "false positives": choice(stem=SCENE + " Which kind gives fewer false positives?"),
    "only in key and distractor": texts("Jobs only", "Endpoints only", "Queues", "Calls"),
    "a stem word in a distractor": texts(
        "Evening jobs", "Evening calls", "Async queues", "Serverless calls"
    ),
    "numbers in a fixed order": texts(
        "10 jobs", "20 jobs", "40 jobs", "80 jobs", numeric_ok=True, fixed_order=True
    ),
    "all of them services": texts("Amazon Lex", "AWS Glue", "Kiro", "Amazon Polly"),
    "a response used twice, which is said": matching(
        right=(0, 0, 2), stem=matching().stem + " A response can be used more than once."
    ),
    "words in -ise that are spelled so": why(WHYS[1] + " Otherwise an enterprise must revise it."),
    "an old name that is called so": why(WHYS[1] + " Quick was formerly QuickSight."),
    "an abbreviation that is spelled out": choice(
        stem=SCENE.replace("model", "new model (XYZ)") + " Which kind of inference fits the XYZ?"
    ),
    "a surplus step": ordering(
        options=(*ordering().options, Option("Ask the miller", WHYS[3])), right=(0, 1, 2)
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_keeps_a_rule_is_let_be(name):
    rules = {
        "a number that matters": {"C2"},
        "a name with a digit": {"C2"},
        "a correction that is used": {"C3"},
        "a later review of its own": {"C5"},
        "a negation in bold": {"S2"},
        "least effort": {"S2"},
        "false positives": {"S2", "S5"},
        "only in key and distractor": {"O7"},
        "a stem word in a distractor": {"O8"},
        "numbers in a fixed order": {"O10"},
        "all of them services": {"O3"},
        "a response used twice, which is said": {"M1"},
        "a surplus step": {"O2", "M2"},
        "an abbreviation that is spelled out": {"F2"},
    }.get(name, {"F1"})
    assert not rules & {rule for rule, _, _ in found(SOUND[name])}


def test_errors_and_warnings_are_told_apart():
    severities = {rule: severity for rule, severity, _ in found(BROKEN["E1 short"][0])}
    severities |= {rule: severity for rule, severity, _ in found(BROKEN["O7 only"][0])}
    assert (severities["E1"], severities["O7"]) == ("error", "warning")


def test_a_key_that_is_far_longer_is_an_error_and_a_longer_one_a_warning():
    far = texts("Jobs that run each night at ten sharp", "Live endpoints", "Queues", "Calls")
    near = texts(
        *("One two three four five six seven", "One two three four five"),
        *("One two three four six", "One two three five six"),
    )
    assert ("O5", "error", "options[0].text") in found(far)
    assert ("O5", "warning", "options[0].text") in found(near)


def test_a_short_stem_is_fine_in_a_case():
    short = choice(stem="Which kind of inference fits the nightly run?")
    assert "S3" in {rule for rule, _, _ in found(short)}
    assert lint_item(short, replace(GROUND, in_case=True)) == []


def test_an_item_that_cannot_be_sat_is_judged_by_its_structure_alone():
    item = choice(options=choice().options[:3], right=(0, 1), sources=())
    assert {rule for rule, _, _ in found(item)} == {"STRUCTURE"}
    assert {field for _, _, field in found(item)} == {"options"}
    empty = choice(options=(Option("", ""), *choice().options[1:]))
    assert {field for _, _, field in found(empty)} == {"options[0]"}


def test_without_ground_only_what_stands_in_the_item_is_judged():
    assert lint_item(choice(facts=("F9",), objective="9"), LintContext(guide_version="1")) == []


# --- The gate ---------------------------------------------------------------------------------


def warned(**changes):
    return choice(stem="The owner says she is glad. " + SCENE + Q, **changes)


def test_a_warning_is_acknowledged_with_a_reason():
    reason = {"F3": "The owner in this story is a queen bee."}
    assert ("F3", "acknowledged", "stem") in found(warned(acknowledged=reason))
    assert found(warned(acknowledged=reason)) == {("F3", "acknowledged", "stem")}


def test_a_reason_is_a_sentence():
    assert ("GATE", "error", "acknowledged") in found(warned(acknowledged={"F3": "Fine."}))


def test_an_error_cannot_be_acknowledged():
    item = choice(sources=(), acknowledged={"C5": "There is no source for this at all."})
    assert {("GATE", "error", "acknowledged"), ("C5", "error", "sources")} <= found(item)


def test_an_acknowledgement_of_nothing_is_named():
    item = choice(acknowledged={"F3": "There was a reason for this once."})
    assert found(item) == {("GATE", "warning", "acknowledged")}


def test_more_than_two_warnings_are_an_error_whatever_the_reasons():
    item = texts("Evening jobs.", "Endpoints only", "Queues", "Calls", stem=warned().stem)
    rules = {rule for rule, severity, _ in found(item) if severity == "warning"}
    assert len(rules) > 2
    reasons = dict.fromkeys(rules, "It stands here for a good reason.")
    assert ("GATE", "error", "") in found(replace(item, acknowledged=reasons))


# --- Words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "other"),
    [("trained", "training"), ("models", "model"), ("queries", "query"), ("stored", "store")],
)
def test_forms_of_a_word_have_one_stem(word, other):
    assert stem(word) == stem(other)


def test_sentences_words_and_tokens_are_told_apart():
    assert sentences("One day. It rained, e.g. hard! Did it?") == [
        *("One day.", "It rained, e.g hard!", "Did it?")
    ]
    assert sentences("- one item\n- another item\n\nA paragraph.") == [
        *("- one item", "- another item", "A paragraph.")
    ]
    assert words("**Bold** words - and `code`.") == ["Bold", "words", "and", "code."]
    assert tokens("The Bakery's e-mail, **twice**.") == ["the", "bakery's", "e-mail", "twice"]


def test_likeness_is_the_share_in_common():
    assert jaccard([1, 2, 3], [2, 3, 4]) == 0.5
    assert jaccard([], []) == 0.0
    assert content("The models and the training") == {stem("model"), stem("train")}


@pytest.mark.parametrize(("word", "count"), [("cat", 1), ("table", 2), ("idea", 2), ("made", 1)])
def test_syllables_are_counted_roughly(word, count):
    assert syllables(word) == count


def test_hard_text_has_a_higher_grade():
    assert grade("The cat sat. It was fat.") < 3 < 13 < grade(BROKEN["F2 hard words"][0].stem)


def test_a_distractor_may_stand_for_a_topic_or_a_term():
    for name in ("live-endpoints", "Live endpoint"):
        assert lint_item(about(1, name), GROUND) == []
