"""The errors of the bank's services: why something was not done."""

from collections.abc import Sequence

from django.utils.translation import gettext

from questions.models import Draft
from questions.services.editor_findings import EditorFinding


class Refused(Exception):
    """A change that the bank's rules do not allow; the text says why and what to do."""

    @property
    def kind(self) -> str:
        """The reason without what is particular to one question, to count questions by."""
        return str(self)


class StaleRevision(Refused):
    """A save over a revision of a draft that is not the newest; `stored` is the newest."""

    def __init__(self, stored: Draft) -> None:
        self.stored = stored
        super().__init__(gettext("Someone else changed the draft since you opened it."))


class StaleDraft(Refused):
    """A draft begun from a version that is no longer the live one."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(
            gettext(
                "Another version went live since this draft was started. Compare the two first."
            )
        )


class Overtaken(Refused):
    """A change of what someone else has changed since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Someone else changed this since you opened it. What is saved now is shown beside "
                "what you typed. Save again to replace it with yours."
            )
        )


class WrongStage(Refused):
    """A step that a draft's stage does not allow."""


class NotReady(Refused):
    """A draft that cannot be asked yet; `problems` is what it lacks."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(f"{self.kind.rstrip('.')}: " + "; ".join(self.problems))

    @property
    def kind(self) -> str:
        return gettext("It is not complete.")


class BreaksRules(NotReady):
    """A draft in which the item-writing rules find errors; `findings` has them."""

    def __init__(self, findings: Sequence[EditorFinding]) -> None:
        self.findings = list(findings)
        super().__init__([f"{finding.place}: {finding.message}" for finding in findings])

    @property
    def kind(self) -> str:
        return gettext("Fix these errors first.")


class OwnWork(Refused):
    """An approval of one's own work."""

    def __init__(self) -> None:
        super().__init__(gettext("You worked on this draft, so a colleague has to approve it."))
