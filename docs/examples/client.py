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
from collections.abc import Iterator
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

    def exams(self) -> list[Exam]:
        found: list[Exam] = self._call("GET", "/exams")
        return found

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
        """Return every session, the newest first, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            query = urllib.parse.urlencode({"cursor": cursor})
            page = self._call("GET", f"/sessions?{query}")
            yield from page["items"]
            cursor = page["next"]

    def _call(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"{self.site}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                **({} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise Refusal(error.code, json.load(error)) from None
