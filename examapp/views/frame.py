"""What stands around every page: the places one can go to, which of them one is in, what is due."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext

from examapp.accounts.models import Preferences, User
from examapp.views.offline import owner_of
from examapp.web.due_count import remembered

# Which place a page belongs to, by the app of its address or by its name.
_SECTIONS = {
    "home": "home",
    "exams": "exams",
    "practice": "practice",
    "study": "practice",
    "study:saved": "",
    "reports": "progress",
    "questions": "questions",
    "questions:shelf": "notes",
    "questions:notes": "notes",
    "questions:search": "notes",
    "questions:task_notes": "notes",
    "reports:items": "analysis",
    "reports:item": "analysis",
    "reports:refresh": "analysis",
    "reports:forms": "analysis",
    "reports:form": "analysis",
    "courses": "courses",
    "accounts:accommodations": "people",
    "accounts:accommodation": "people",
    "operations": "operations",
}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `current` is what aria-current says, "" elsewhere."""

    label: str
    url: str
    icon: str
    current: str = ""
    count: int = 0


class Frame:
    """The frame of one request's page. Nothing is looked up before a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def places(self) -> list[Place]:
        """The places of the bar: five for a candidate, a teacher's for staff, none for a guest."""
        user = self._request.user
        if not isinstance(user, User):
            return []
        return self._staff_places if user.is_instructor else self._candidate_places

    @cached_property
    def menu(self) -> list[Place]:
        """What the menu behind the name leads to."""
        user = self._request.user
        if not isinstance(user, User):
            return []
        places = [
            self._place("settings", gettext("Settings"), "accounts:settings", "cog"),
            self._place("exams", gettext("Past exams"), "exams:history", "history"),
            self._place("practice", gettext("Saved questions"), "study:saved", "bookmark"),
        ]
        if user.is_instructor:
            new_exam = self._place("new_exam", gettext("New exam"), "questions:new_exam", "plus")
            places = [new_exam, *places, *self._candidate_places[2:]]
        if user.role == User.Role.ADMIN:
            places += [
                self._place("people", gettext("Extra time"), "accounts:accommodations", "clock"),
                self._place("operations", gettext("Operations"), "operations:overview", "cog"),
            ]
        return [place for place in places if place.url]

    @cached_property
    def due(self) -> int:
        """How many reviews are left of today, as home or the review counted them last."""
        user = self._request.user
        if not isinstance(user, User):
            return 0
        return remembered(self._request, user.pk, timezone.localdate())

    @property
    def device_owner(self) -> str:
        """An opaque name of whoever the browser may keep pages for; "" for nobody."""
        return owner_of(self._request.user)

    @property
    def look(self) -> str:
        """The chosen appearance, light or dark; "" leaves it to the device."""
        preferences = getattr(self._request.user, "preferences", None)
        look = preferences.appearance if preferences else Preferences.Appearance.AUTO
        return "" if look == Preferences.Appearance.AUTO else str(look)

    @property
    def _candidate_places(self) -> list[Place]:
        places = [
            self._place("home", gettext("Home"), "home", "home", self.due),
            self._place("exams", gettext("Exams"), "exams:catalogue", "exam"),
            self._place("practice", gettext("Practice"), "practice:current", "target", self.due),
            self._place("progress", gettext("Progress"), "reports:progress", "chart"),
            self._place("notes", gettext("Notes"), "questions:shelf", "book"),
        ]
        return [place for place in places if place.url]

    @property
    def _staff_places(self) -> list[Place]:
        places = [
            self._place("home", gettext("Home"), "home", "home"),
            self._place("courses", gettext("Courses"), "courses:courses", "people"),
            self._place("questions", gettext("Questions"), "questions:banks", "list"),
            self._place("exams", gettext("Exams"), "exams:catalogue", "exam"),
            self._place("analysis", gettext("Analysis"), "reports:items", "chart"),
        ]
        return [place for place in places if place.url]

    def _place(self, section: str, label: str, name: str, icon: str, count: int = 0) -> Place:
        url = address(name)
        current = ""
        if url and self._request.path == url:
            current = "page"
        elif section == self._section and not self._has_own_place:
            current = "true"
        return Place(label, url, icon, current, count)

    @cached_property
    def _section(self) -> str:
        match = self._request.resolver_match
        if match is None:
            return ""
        return _SECTIONS.get(match.view_name) or _SECTIONS.get(match.app_name, "")

    @cached_property
    def _has_own_place(self) -> bool:
        """Whether the page stands in the menu itself, so that no section is its place."""
        return self._request.path == address("exams:history")


def address(name: str) -> str:
    """Return the address of a page, "" where the product has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame_of(request: HttpRequest) -> Frame:
    """Return the frame of a request, the same one whoever asks."""
    kept: Frame | None = getattr(request, "frame", None)
    if kept is None:
        kept = request.frame = Frame(request)  # type: ignore[attr-defined]
    return kept


def frame(request: HttpRequest) -> dict[str, object]:
    """Give templates the frame; the context processor of every page."""
    return {"frame": SimpleLazyObject(lambda: frame_of(request))}
