"""Standard setting for an exam's team: rounds, who is how far, and what came of them."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from examapp.reports.forms import RoundForm
from examapp.reports.models import RatingRound
from examapp.reports.standard_setting import rounds as services
from examapp.reports.standard_setting.apply import Applied, apply_round
from examapp.reports.standard_setting.outcome import LEAST_RATERS, form_marks, outcome
from examapp.reports.standard_setting.rounds import RaterProgress
from questions.access import Access, BankRequest, bank_page
from questions.services.errors import Refused


@dataclass(frozen=True)
class RoundRow:
    """A round in the list: how far its raters are, and the reader, where they are one."""

    round: RatingRound
    raters: list[RaterProgress]
    mine: RaterProgress | None

    @property
    def rated(self) -> int:
        return sum(each.rated for each in self.raters)

    @property
    def of(self) -> int:
        return sum(each.of for each in self.raters)


@require_safe
@bank_page()
def rounds(request: BankRequest, access: Access) -> HttpResponse:
    """List the rounds of an exam, and what each fixed mock exam asks by the ratings so far."""
    listed = list(RatingRound.objects.filter(exam=access.exam))
    progress = services.progress_of(listed)
    context = {
        "access": access,
        "rows": [_row(each, progress[each.pk], request) for each in listed],
        "forms": form_marks(access.exam, {}),
        "exam_percent": 100 * float(access.exam.raw_cut),
    }
    return render(request, "reports/rounds.html", context)


def _row(round_: RatingRound, raters: list[RaterProgress], request: BankRequest) -> RoundRow:
    mine = [each for each in raters if each.rater.pk == request.user.pk]
    return RoundRow(round_, raters, mine[0] if mine else None)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def new_round(request: BankRequest, access: Access) -> HttpResponse:
    """Ask some of the team to rate questions."""
    form = RoundForm(request.POST or None, exam=access.exam)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create(
                access.exam,
                title=form.cleaned_data["title"],
                questions=form.questions,
                raters=list(form.cleaned_data["raters"]),
                by=request.user,
            )
        except Refused as reason:
            form.add_error("choice", str(reason))
        else:
            messages.success(
                request, gettext("The round is open. The raters find it under Ratings.")
            )
            return redirect("reports:rating_round", access.exam.code, made.pk)
    context = {"access": access, "form": form}
    return render(request, "reports/new_round.html", context, status=422 if form.errors else 200)


@require_safe
@bank_page()
def rating_round(request: BankRequest, access: Access, round_id: int) -> HttpResponse:
    """Show who is how far; once the round is closed, what came of it."""
    round_ = _round_of(access, round_id)
    row = _row(round_, services.progress(round_), request)
    can_rate = round_.is_open and services.is_rater(round_, request.user)
    context = {
        "access": access,
        "round": round_,
        "row": row,
        "can_rate": can_rate,
        "next_position": services.next_position(round_, row.mine.rater)
        if can_rate and row.mine
        else None,
        "outcome": None if round_.is_open else outcome(round_),
        "least": LEAST_RATERS,
    }
    return render(request, "reports/rating_round.html", context)


@require_POST
@bank_page("own")
def close_round(request: BankRequest, access: Access, round_id: int) -> HttpResponse:
    """Close a round that is not complete, so that its ratings are seen."""
    services.close(_round_of(access, round_id), by=request.user)
    messages.success(request, gettext("Closed. No more ratings are taken."))
    return redirect("reports:rating_round", access.exam.code, round_id)


@require_POST
@bank_page("own")
def apply_ratings(request: BankRequest, access: Access, round_id: int) -> HttpResponse:
    """Write a round's means into the bank."""
    try:
        done = apply_round(_round_of(access, round_id), by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, " ".join(_said(done)))
    return redirect("reports:rating_round", access.exam.code, round_id)


def _said(done: Applied) -> list[str]:
    """Return what was done, and each reason why something was not, in sentences."""
    have = done.written + done.same
    rated = ngettext("%d question has its rating.", "%d questions have their ratings.", have)
    few = ngettext("%d has too few raters.", "%d have too few raters.", done.few)
    changed = ngettext(
        "%d was changed since it was rated.", "%d were changed since they were rated.", done.changed
    )
    drafts = ngettext(
        "%d has a draft: publish or discard it, then apply again.",
        "%d have a draft: publish or discard them, then apply again.",
        done.drafts,
    )
    skipped = ((few, done.few), (changed, done.changed), (drafts, done.drafts))
    return [rated % have, *(sentence % count for sentence, count in skipped if count)]


def _round_of(access: Access, round_id: int) -> RatingRound:
    rounds_ = RatingRound.objects.select_related("exam")
    return get_object_or_404(rounds_, pk=round_id, exam=access.exam)
