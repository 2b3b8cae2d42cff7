"""What is sent back in reviews: answers with how sure one is, terms known or not, notes."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from examapp.exams.answers.paper_form import posted_response
from examapp.study.models import Sureness
from examapp.study.models.keeping import LONGEST_NOTE
from questions.form_parts import LinesField
from questions.items.item import Response, ResponseError
from questions.items.responses import checked_response, is_complete
from questions.models import QuestionVersion

_HOW_SURE = gettext_lazy("Say how sure you are.")


class AnswerForm(forms.Form):
    """The answer to a question that stands at a position; its button says how sure one is."""

    sureness = forms.ChoiceField(
        choices=Sureness.choices,
        error_messages={"required": _HOW_SURE, "invalid_choice": _HOW_SURE},
    )

    def __init__(
        self, data: QueryDict, *, version: QuestionVersion, shuffle: Sequence[int], position: int
    ) -> None:
        super().__init__(data)
        self.posted = data
        self.version, self.shuffle, self.position = version, shuffle, position

    @property
    def response(self) -> Response:
        response: Response = self.cleaned_data["response"]
        return response

    @property
    def shown_response(self) -> Response:
        """What was answered so far, to show it again; None where it cannot be."""
        try:
            return self._checked()
        except ResponseError:
            return None

    @property
    def problem(self) -> str:
        """What to do before it can be taken, one thing at a time; "" for nothing."""
        texts = [*self.non_field_errors(), *self.errors.get("sureness", [])]
        return str(texts[0]) if texts else ""

    def clean(self) -> dict[str, object]:
        try:
            response = self._checked()
        except ResponseError as error:
            raise forms.ValidationError(
                gettext("Your answer %(problem)s.") % {"problem": error}
            ) from None
        choose = self.version.html["choose"]
        if response is None:
            raise forms.ValidationError(gettext("Choose an answer first."))
        if not is_complete(self.version.type, response, choose=choose):
            instruction = self.version.kind.instruction(choose)
            raise forms.ValidationError(
                gettext("Not complete yet. %(instruction)s") % {"instruction": instruction}
            )
        return {**self.cleaned_data, "response": response}

    def _checked(self) -> Response:
        return checked_response(
            self.version.type,
            posted_response(self.posted, self.position, self.version),
            option_count=len(self.shuffle),
            prompt_count=len(self.version.html["prompts"]),
        )


class GradeForm(forms.Form):
    """Whether one knew a term, and the turn of its card that one saw."""

    knew = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    turn = forms.IntegerField(min_value=0)


class OwnNoteForm(forms.Form):
    text = LinesField(
        label=gettext_lazy("Your note"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
