"""Setting up an exam in three steps, opening it, and deleting it."""

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services
from examapp.exams.services import exam_life
from examapp.exams.services.readiness import readiness_of
from examapp.practice import services as practice
from questions.models import AuditEntry, Domain, Exam, ExamRole, Question, Task, Topic
from questions.services import blueprint
from questions.services.errors import Refused
from tests.support.builders import make_exam, make_item, make_user, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return make_user(role="instructor")


@pytest.fixture
def exam(teacher):
    """A new exam without an outline."""
    plan = blueprint.first_plan(code="bio", title="Biology")
    return blueprint.create(plan, by=teacher)


@pytest.fixture
def web(teacher):
    client = Client()
    client.force_login(teacher)
    return client


def address(exam, step):
    return reverse(f"exams:setup_{step}", args=[exam.code])


def outline(exam, *domains, action="next", **fields):
    """The fields of an outline; each domain is its name, its share and its tasks."""
    exam.refresh_from_db()
    data = {"mark": blueprint.version_token(exam), "action": action, **fields}
    for index, (title, share, *tasks) in enumerate(domains):
        data[f"domain-{index}-title"] = title
        data[f"domain-{index}-share"] = share
        data |= {f"domain-{index}-task-{n}": task for n, task in enumerate(tasks)}
    return data


FOUR = (("Cells", "40", "Walls", "Nuclei"), ("Plants", "30"), ("Animals", ""), ("Fungi", ""))


def test_four_domains_are_typed_at_once(web, exam):
    text = web.get(address(exam, "outline")).content.decode()
    assert text.count("data-domain") - text.count("data-domain]") >= 4
    reply = web.post(address(exam, "outline"), outline(exam, *FOUR))
    assert reply["Location"] == address(exam, "audience")
    rows = Domain.objects.filter(exam=exam).values_list("number", "title", "weight")
    assert [(number, title, float(weight)) for number, title, weight in rows] == [
        (1, "Cells", 40),
        (2, "Plants", 30),
        (3, "Animals", 15),
        (4, "Fungi", 15),
    ]
    tasks = Task.objects.filter(domain__exam=exam).values_list("number", "title")
    assert list(tasks) == [
        ("1.1", "Walls"),
        ("1.2", "Nuclei"),
        ("2.1", "Plants"),
        ("3.1", "Animals"),
        ("4.1", "Fungi"),
    ]
    assert Topic.objects.filter(task__domain__exam=exam).count() == 5


def test_the_sum_of_an_outline_is_said_in_percent_and_in_questions(web, exam):
    Exam.objects.filter(pk=exam.pk).update(scored_count=50)
    data = outline(exam, ("Cells", "40"), ("Plants", ""), action="add")
    text = " ".join(web.post(address(exam, "outline"), data).content.decode().split())
    assert "40 of 100 % assigned. Questions: about 20 of 50." in text


def test_half_a_question_is_rounded_up_as_the_page_s_script_does(web, exam):
    Exam.objects.filter(pk=exam.pk).update(scored_count=50)
    data = outline(exam, ("Cells", "25"), action="add")
    assert web.post(address(exam, "outline"), data).context["given_questions"] == 13


@pytest.mark.parametrize("share", ["nan", "inf", "-inf", "1e400", "1e308"])
@pytest.mark.parametrize("action", ["add", "give", "save"])
def test_a_share_without_end_counts_nothing(web, exam, share, action):
    data = outline(
        exam, ("Cells", share), ("Algae", share), ("Plants", "40"), ("Fungi", "10"), action=action
    )
    reply = web.post(address(exam, "outline"), data)
    assert reply.status_code == (422 if action == "save" else 200)
    assert reply.context["given"] == (100 if action == "give" else 50)
    assert not exam.domains.exists()


def test_an_outline_is_changed_in_place(web, exam):
    web.post(address(exam, "outline"), outline(exam, *FOUR))
    cells = exam.domains.get(number=1)
    walls = cells.tasks.get(number="1.1")
    data = outline(exam, ("All cells", "100", "Cell walls", "Membranes"))
    data |= {"domain-0-was": cells.pk, "domain-0-task-0-was": walls.pk}
    assert web.post(address(exam, "outline"), data).status_code == 302
    assert [row.title for row in exam.domains.all()] == ["All cells"]
    assert exam.domains.get().pk == cells.pk
    walls.refresh_from_db()
    assert (walls.number, walls.title) == ("1.1", "Cell walls")
    assert cells.tasks.get(number="1.3").title == "Membranes"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("", "40", "A task without a domain")], "Give the domain a name."),
        ([("Cells", "much")], "Write its share as a number"),
        ([("Cells", "100"), ("Plants", "")], "No share is left for it."),
    ],
)
def test_what_cannot_be_an_outline_is_said_and_stays(web, exam, rows, said):
    reply = web.post(address(exam, "outline"), outline(exam, *rows))
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert rows[0][-1] in reply.content.decode()
    assert not exam.domains.exists()


def test_an_outline_is_pasted(web, exam):
    text = "Domain 1: Cells (40%)\n  1.1 Walls\n  1.2 Nuclei\nDomain 2: Plants 60 %\n- Leaves"
    reply = web.post(address(exam, "outline"), outline(exam, action="paste") | {"outline": text})
    rows = reply.context["rows"]
    assert [(row.title, row.share) for row in rows[:2]] == [("Cells", "40"), ("Plants", "60")]
    assert [task.title for task in rows[0].tasks] == ["Walls", "Nuclei"]
    assert [task.title for task in rows[1].tasks] == ["Leaves"]
    assert not exam.domains.exists()


def test_the_rest_is_given_to_the_last_domain(web, exam):
    data = outline(exam, ("Cells", "40"), ("Plants", "30"), action="give")
    rows = web.post(address(exam, "outline"), data).context["rows"]
    assert [row.share for row in rows[:2]] == ["40", "60"]


def test_of_two_who_change_an_outline_the_second_sees_both(web, exam):
    data = outline(exam, ("Mine", "100"))
    web.post(address(exam, "outline"), outline(exam, ("Theirs", "100")))
    reply = web.post(address(exam, "outline"), data)
    assert "Someone else changed this" in reply.content.decode()
    assert "now “Theirs, 100 %”, you wrote “nothing”" in reply.content.decode()
    assert exam.domains.get().title == "Theirs"
    again = data | {"mark": reply.context["mark"], "domain-0-was": exam.domains.get().pk}
    web.post(address(exam, "outline"), again)
    assert exam.domains.get().title == "Mine"


def rules(**changes):
    return {
        "title": "Biology 1",
        "scored_count": 10,
        "minutes": 30,
        "pass_mark": 60,
        "score_as": "percent",
        "strictness": "open",
        "grading_policy": "all_or_nothing",
        "unscored_count": "",
        **changes,
    }


def test_rules_are_plain_percent_unless_a_scale_is_chosen(web, exam):
    reply = web.post(address(exam, "rules"), rules())
    assert reply["Location"] == address(exam, "outline")
    exam.refresh_from_db()
    assert (exam.title, exam.minutes, exam.scored_count) == ("Biology 1", 30, 10)
    assert (exam.scale_min, exam.scale_cut, exam.scale_max) == (0, 60, 100)
    assert (exam.is_percent, exam.unscored_count, exam.strictness) == (True, 0, "open")
    text = web.get(address(exam, "rules")).content.decode()
    assert "6 of 10 right gives 60 and passes. 5 right gives 50, not yet a pass." in " ".join(
        text.split()
    )
    scale = {"scale_min": 100, "scale_cut": 700, "scale_max": 1000}
    web.post(address(exam, "rules"), rules(score_as="scale", pass_mark=70, **scale))
    text = " ".join(web.get(address(exam, "rules")).content.decode().split())
    assert "7 of 10 right gives 700 and passes. 6 right gives 614, not yet a pass." in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"score_as": "scale", "scale_min": 9, "scale_cut": 9, "scale_max": 10}, "must rise"),
        ({"score_as": "scale"}, "must rise"),
        ({"type_ordering": 3}, "The types add up to 3, a mock exam has 10 questions."),
        ({"scored_count": 0}, "Write a number above 0."),
        ({"pass_mark": 100}, "less than or equal to 99"),
        ({"title": ""}, "This field is required"),
    ],
)
def test_rules_that_cannot_be_are_said(web, exam, changes, said):
    reply = web.post(address(exam, "rules"), rules(**changes))
    assert reply.status_code == 422
    assert said in reply.content.decode()
    exam.refresh_from_db()
    assert exam.title == "Biology"


def filled(exam, count):
    """Publish so many questions in each domain."""
    for domain in exam.domains.all():
        topic = Topic.objects.filter(task__domain=domain).first()
        for number in range(count):
            ref = f"{exam.code}-{domain.number}-{number}"
            publish(exam, topic, make_item("multiple_choice", ref))


def test_ready_is_said_in_words(web, exam):
    web.post(address(exam, "rules"), rules())
    assert exam_life.why_not_open(readiness_of(exam)) == (
        "It has no domain yet. Write its outline first."
    )
    web.post(address(exam, "outline"), outline(exam, ("Cells", "60"), ("Plants", "30")))
    exam.refresh_from_db()
    assert exam_life.why_not_open(readiness_of(exam)) == (
        "10 % of the exam is not assigned to a domain yet."
    )
    data = outline(exam, ("Cells", "60"), ("Plants", "40"))
    for domain in exam.domains.all():
        data[f"domain-{domain.number - 1}-was"] = domain.pk
    web.post(address(exam, "outline"), data)
    filled(exam, 4)
    ready = readiness_of(exam)
    assert [(need.live, need.needed, need.missing) for need in ready.domains] == [
        (4, 6, 2),
        (4, 4, 0),
    ]
    assert exam_life.why_not_open(ready) == "2 more questions are needed."
    text = " ".join(web.get(address(exam, "audience")).content.decode().split())
    assert "2 questions are missing." in text
    assert "4 written, 6 needed" in text
    reply = web.post(address(exam, "audience"), {"state": "open"})
    assert "2 more questions are needed." in reply.content.decode()
    exam.refresh_from_db()
    assert exam.state == "draft"
    filled(exam, 6)
    web.post(address(exam, "audience"), {"state": "open"})
    exam.refresh_from_db()
    assert exam.state == "open"
    assert services.start(make_user(), exam=exam).items.count() == 10


def test_kinds_count_too(exam):
    full = make_exam(forms=1)
    assert readiness_of(full).is_ready
    Question.objects.filter(exam=full, type="matching").update(status="retired")
    ready = readiness_of(full)
    assert [need.missing for need in ready.kinds] == [0, 0, 0, 1]
    assert not ready.is_ready


def test_who_approves_is_set_beside(web, exam):
    web.post(address(exam, "audience"), {"state": "draft"})
    exam.refresh_from_db()
    assert exam.allows_self_approval
    web.post(address(exam, "audience"), {"state": "draft", "needs_colleague": "on"})
    exam.refresh_from_db()
    assert not exam.allows_self_approval


def delete(web, exam, **fields):
    return web.post(reverse("exams:delete_exam", args=[exam.code]), fields)


def test_an_exam_that_nobody_took_is_deleted(web, exam, teacher):
    web.post(address(exam, "outline"), outline(exam, ("Cells", "100")))
    filled(exam, 20)
    services.start(teacher, exam=exam)  # A try of the team does not count.
    delete(web, exam)
    assert Exam.objects.existing().filter(pk=exam.pk).exists()
    assert delete(web, exam, confirm="yes")["Location"] == reverse("questions:banks")
    assert not Exam.objects.existing().filter(pk=exam.pk).exists()
    assert not ExamRole.objects.filter(exam=exam).exists()
    assert "Deleted the exam “Biology”." in web.get(reverse("questions:banks")).content.decode()
    assert "Biology" not in web.get(reverse("exams:catalogue")).content.decode()
    assert web.get(reverse("questions:bank", args=["bio"])).status_code == 404
    assert AuditEntry.objects.filter(exam=exam, verb="deleted").exists()
    # Its short name and the names of its questions are free again.
    again = blueprint.create(blueprint.first_plan(code="bio", title="Biology"), by=teacher)
    assert again.pk != exam.pk
    assert not Question.objects.filter(ref="bio-1-0").exists()


@pytest.mark.parametrize("way", ["sat", "practiced"])
def test_an_exam_that_somebody_took_stays(way):
    exam, owner, person = make_exam(), make_user(role="instructor"), make_user()
    ExamRole.objects.create(user=owner, exam=exam, role="owner")
    if way == "sat":
        services.start(person, exam=exam)
    else:
        practice.start(person, exam=exam, choice=practice.Choice(3))
    with pytest.raises(Refused, match=r"It was taken or practiced 1 time, so"):
        exam_life.delete(exam, by=owner)
    client = Client()
    client.force_login(owner)
    assert "Delete this exam" not in client.get(address(exam, "audience")).content.decode()
    delete(client, exam, confirm="yes")
    exam.refresh_from_db()
    assert exam.state == "open"
