"""A small typed client of the API, with nothing but Python's own library.

client = Client("http://localhost:8000", token)
for exam in client.exams():
    print(exam["code"], exam["title"])
"""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict


class Exam(TypedDict):
    """An exam that one can sit."""

    code: str
    title: str
    minutes: int
    scored_count: int
    unscored_count: int
    scale_min: int
    scale_cut: int
    scale_max: int


class Session(TypedDict):
    """One sitting; times are ISO 8601 with their zone."""

    id: str
    exam: str
    status: Literal["open", "finished"]
    started_at: str
    deadline_at: str
    finished_at: str | None
    finish_reason: str


class Option(TypedDict):
    text: str
    why: str


class Question(TypedDict):
    """A question as it is written; `right` names options by index, from 0."""

    type: Literal["multiple_choice", "multiple_response", "ordering", "matching"]
    task: str
    topic: str
    stem: str
    options: list[Option]
    right: list[int]


class Draft(TypedDict):
    """A draft as it stands; `etag` is what a change of it names."""

    ref: str
    stage: Literal["draft", "in_review", "approved"]
    revision: int
    item: dict[str, Any]
    etag: str


class Refusal(Exception):
    """What the site said instead of what was asked for."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status}: {problem.get('detail', '')}")


@dataclass
class Client:
    """Calls the API with one token; every unsafe call carries a key, so that it can be retried."""

    site: str
    token: str
    timeout: float = 30.0

    def exams(self) -> Iterator[Exam]:
        """Return every exam that one can sit."""
        yield from self._pages("/exams")

    def start(self, code: str) -> Session:
        """Start a mock exam, or go on with the open one."""
        begun: Session = self._call("POST", f"/exams/{code}/sessions")
        return begun

    def paper(self, session: Session) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._call("GET", f"/sessions/{session['id']}/paper")["items"]
        return items

    def answer(self, session: Session, responses: dict[int, Any]) -> list[dict[str, Any]]:
        """Store responses by their position; return what is said of each."""
        client = str(uuid.uuid4())
        rows = [
            {"position": position, "response": response, "client": client, "seq": 1}
            for position, response in responses.items()
        ]
        reply = self._call("PUT", f"/sessions/{session['id']}/answers", {"answers": rows})
        saved: list[dict[str, Any]] = reply["saved"]
        return saved

    def finish(self, session: Session) -> dict[str, Any]:
        """End a session and return its result."""
        self._call("POST", f"/sessions/{session['id']}/finish")
        result: dict[str, Any] = self._call("GET", f"/sessions/{session['id']}/result")
        return result

    def history(self) -> Iterator[Session]:
        """Return every session, the newest first."""
        yield from self._pages("/sessions")

    def write(self, code: str, question: Question) -> Draft:
        """Make a question of an exam with a draft."""
        made: Draft = self._call("POST", f"/exams/{code}/questions", question)
        return made

    def rewrite(self, code: str, draft: Draft, question: Question) -> Draft:
        """Write over a draft, unless someone changed it since it was read: then Refusal 412."""
        path = f"/exams/{code}/questions/{draft['ref']}/draft"
        saved: Draft = self._call("PUT", path, question, {"If-Match": draft["etag"]})
        return saved

    def submit(self, code: str, draft: Draft) -> Draft:
        """Give a draft to review; a Refusal 422 lists in `problems` what it lacks."""
        given: Draft = self._call("POST", f"/exams/{code}/questions/{draft['ref']}/submit")
        return given

    def export(self, code: str, file_format: str = "csv") -> dict[str, Any]:
        """Ask for a file of a bank's questions; `exported` tells how far it is."""
        job: dict[str, Any] = self._call("POST", f"/exams/{code}/exports", {"format": file_format})
        return job

    def exported(self, code: str, job: dict[str, Any]) -> dict[str, Any]:
        state: dict[str, Any] = self._call("GET", f"/exams/{code}/exports/{job['id']}")
        return state

    def _pages(self, path: str) -> Iterator[Any]:
        """Return what a list holds, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._call("GET", f"{path}?{urllib.parse.urlencode({'cursor': cursor})}")
            yield from page["items"]
            cursor = page["next"]

    def _call(
        self, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> Any:
        request = urllib.request.Request(
            f"{self.site}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                **({} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}),
                **(more or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise Refusal(error.code, json.load(error)) from None
