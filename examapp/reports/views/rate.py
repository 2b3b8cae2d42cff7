"""A rater's page: the question without its key, one's own answer, then the key and the rating."""

from collections.abc import Mapping
from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from examapp.accounts.models import User
from examapp.reports.forms import OwnAnswerForm, RatingForm
from examapp.reports.models import ItemRating, RaterAnswer, RatingRound, RoundItem
from examapp.reports.standard_setting import rate as services
from examapp.reports.standard_setting import rounds
from questions.access import Access, BankRequest, bank_page
from questions.items.answered import answered_item
from questions.items.presentation import paper_item


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def rate(request: BankRequest, access: Access, round_id: int, position: int) -> HttpResponse:
    """Show a question until the rater has answered it, then its key; take the rating."""
    round_ = get_object_or_404(RatingRound, pk=round_id, exam=access.exam)
    rater = cast(User, request.user)
    if not rounds.is_rater(round_, rater):
        raise Http404
    mine = RoundItem.objects.paper().filter(pk__in=rounds.items_for(round_, rater))
    item = get_object_or_404(mine, position=position)
    if not round_.is_open:
        return redirect("reports:rating_round", access.exam.code, round_id)
    page = _Page(request, access, round_, rater, item)
    given = RaterAnswer.objects.filter(item=item.pk, rater=rater).first()
    try:
        return page.rated(given) if given else page.answered()
    except services.RoundClosed:
        return redirect("reports:rating_round", access.exam.code, round_id)


class _Page:
    """The page of one question for one rater."""

    def __init__(
        self,
        request: BankRequest,
        access: Access,
        round_: RatingRound,
        rater: User,
        item: RoundItem,
    ) -> None:
        self.request, self.access, self.round = request, access, round_
        self.rater, self.item = rater, item

    def answered(self) -> HttpResponse:
        """Ask the question, without its key; take the answer."""
        item, shuffle = self.item, services.shuffle_for(self.item, self.rater)
        form = None
        if self.request.method == "POST":
            form = OwnAnswerForm(
                self.request.POST, version=item.version, shuffle=shuffle, position=item.position
            )
            if form.is_valid():
                services.answer(item, self.rater, response=form.response, shuffle=shuffle)
                return self._to(item.position)
        asked = paper_item(
            position=item.position,
            item_type=item.version.type,
            html=item.version.html,
            shuffle=shuffle,
            response=form.shown_response if form else None,
        )
        return self._page({"item": asked, "form": form, "given": None}, is_refused=bool(form))

    def rated(self, given: RaterAnswer) -> HttpResponse:
        """Show the key beside the answer; take the rating."""
        is_sent = self.request.method == "POST" and "share_percent" in self.request.POST
        last = ItemRating.objects.filter(answer=given).order_by("-pk").first()
        form = RatingForm(
            self.request.POST if is_sent else None,
            initial={"share_percent": last.share_percent} if last else None,
        )
        if is_sent and form.is_valid():
            services.rate(given, share_percent=form.cleaned_data["share_percent"])
            following = rounds.next_position(self.round, self.rater)
            if following:
                return self._to(following)
            return redirect("reports:rating_round", self.access.exam.code, self.round.pk)
        version = RoundItem.objects.select_related("version").get(pk=self.item.pk).version
        shown = answered_item(
            position=self.item.position,
            item_type=version.type,
            html=version.html,
            key=version.key,
            shuffle=given.shuffle,
            response=given.response,
        )
        return self._page(
            {"item": shown, "form": form, "given": given}, is_refused=bool(form.errors)
        )

    def _to(self, position: int) -> HttpResponse:
        return redirect("reports:rate", self.access.exam.code, self.round.pk, position)

    def _page(self, context: Mapping[str, object], *, is_refused: bool) -> HttpResponse:
        mine = next(each for each in rounds.progress(self.round) if each.rater.pk == self.rater.pk)
        said = gettext("Question %(number)d: rating")
        around = {
            "access": self.access,
            "round": self.round,
            "title": said % {"number": self.item.position},
            "mine": mine,
        }
        status = 422 if is_refused else 200
        return render(self.request, "reports/rate.html", {**context, **around}, status=status)
