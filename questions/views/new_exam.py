"""A new exam: empty, a copy of another one, from notes, or from a file of questions."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from questions.access import BankRequest, exams_of, instructor_page
from questions.forms.new_exam import COPY, FILE, NOTES, NewExamForm
from questions.models import Exam
from questions.services import blueprint
from questions.services.errors import NotReady, Refused

# Where one goes on from, by what the exam begins with.
_NEXT = {NOTES: "questions:import_notes", FILE: "questions:imports"}


@require_http_methods(["GET", "HEAD", "POST"])
@instructor_page
def new_exam(request: BankRequest) -> HttpResponse:
    """Make an exam, a draft that its maker owns, and go on to what it begins with."""
    form = NewExamForm(request.POST or None, exams=exams_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            exam = _create(request, form)
        except NotReady as reason:
            for problem in reason.problems:
                form.add_error(None, problem)
        except Refused as reason:
            form.add_error("code", str(reason))
        else:
            start = form.cleaned_data["start"]
            return redirect(_NEXT.get(start, "exams:setup_rules"), exam.code)
    status = 422 if form.errors else 200
    return render(request, "questions/new_exam.html", {"form": form}, status=status)


def _create(request: BankRequest, form: NewExamForm) -> Exam:
    """Make the exam that the valid form asks for; raises NotReady and Refused."""
    title, start = form.cleaned_data["title"], form.cleaned_data["start"]
    code = form.cleaned_data["code"] or blueprint.free_code(title)
    if start == COPY:
        source = form.cleaned_data["source"]
        return blueprint.copy(source, code=code, title=title, by=request.user)
    plan = blueprint.first_plan(code=code, title=title, has_domain=start == FILE)
    return blueprint.create(plan, by=request.user)
