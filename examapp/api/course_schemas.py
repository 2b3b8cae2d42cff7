"""What the API says and hears of courses."""

from datetime import datetime
from decimal import Decimal

from ninja import Field, Schema
from pydantic import AwareDatetime


class CourseOut(Schema):
    id: int
    name: str
    zone: str
    exams: list[str]
    is_archived: bool
    role: str


class MemberOut(Schema):
    id: int
    email: str
    name: str
    external_id: str
    group: str
    state: str
    time_factor: float
    extra_minutes: int


class MemberIn(Schema):
    email: str = Field(max_length=254, pattern=r"^[^\s@<>,;\"'\x00]+@[^\s@<>,;\"'\x00]+$")
    name: str | None = Field(None, max_length=150, pattern=r"^[^\x00]*$")
    external_id: str | None = Field(None, max_length=100, pattern=r"^[^\x00]*$")
    group: str | None = Field(None, max_length=60, pattern=r"^[^\x00]*$")
    time_factor: Decimal | None = Field(None, ge=1, le=10, decimal_places=2)
    extra_minutes: int | None = Field(None, ge=0, le=600)


class MembersIn(Schema):
    """A list of people; who is not on it stays, unless `remove` names their membership."""

    members: list[MemberIn] = Field(max_length=2000)
    remove: list[int] = Field([], max_length=2000)
    send_letters: bool = True


class AppliedOut(Schema):
    added: list[int]
    changed: list[int]
    removed: list[int]


class AssignmentOut(Schema):
    id: int
    title: str
    exam: str
    kind: str
    is_published: bool
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    minutes: int | None
    attempts: int | None


class ProgressOut(Schema):
    """Where one member is; `state` is not, in, done or excused."""

    member: int
    name: str
    state: str
    answered: int
    total: int
    deadline_at: datetime | None
    heard_at: datetime | None


class ResultRowOut(Schema):
    """The attempt of a member that counts."""

    member: int
    name: str
    external_id: str
    number: int
    scaled: int
    is_pass: bool
    credit: float
    max_credit: float
    changed: bool


class OverrideIn(Schema):
    """Other terms for one member, or for a group by its name; what is absent stays as it is.

    A moment names its offset: without one nobody could tell whose clock it is of.
    """

    member: int | None = None
    group: str = Field("", max_length=60, pattern=r"^[^\x00]*$")
    opens_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    minutes: int | None = Field(None, ge=1, le=1440)
    time_factor: Decimal = Field(Decimal(1), ge=1, le=10, decimal_places=2)
    extra_minutes: int = Field(0, ge=0, le=600)
    extra_attempts: int = Field(0, ge=0, le=100)
    is_excused: bool = False
    reason: str = Field("", max_length=300, pattern=r"^[^\x00]*$")


class OverrideOut(Schema):
    id: int
    member: int | None
    group: str
