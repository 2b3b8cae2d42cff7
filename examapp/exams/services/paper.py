"""The paper of a sitting, as its candidate may see it."""

from collections import Counter

from examapp.exams.models import ExamSession
from questions.items.presentation import PaperItem, paper_item


def paper_of(session: ExamSession) -> list[PaperItem]:
    """Return the whole paper of a session, as its candidate may see it."""
    items = list(session.items.paper())
    cases = [item.version.html.get("case", {}).get("ref") for item in items]
    sizes, reached = Counter(cases), Counter[str]()
    paper = []
    for item, case in zip(items, cases, strict=True):
        reached[case] += 1
        paper.append(
            paper_item(
                position=item.position,
                item_type=item.version.type,
                html=item.version.html,
                shuffle=item.shuffle,
                response=item.response,
                revision=item.revision,
                flagged=item.flagged,
                struck=item.struck,
                case_place=(reached[case], sizes[case]),
            )
        )
    return paper
