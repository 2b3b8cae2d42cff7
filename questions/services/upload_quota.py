"""How much one person may send in: bounds that hold before a worker reads a byte."""

from datetime import timedelta

from django.db.models import Sum
from django.db.models.functions import Length, Now
from django.utils.translation import gettext

from questions.models import Import, ImportStatuses, JobStatuses, NotesImport
from questions.services.audit import Actor
from questions.services.errors import Refused

# Files of one person that wait for a worker or are read by one.
MOST_WAITING = 3
# Files of one person in a day, and bytes of those that wait to be imported.
MOST_A_DAY = 100
MOST_BYTES = 64 * 1024 * 1024
_DAY = timedelta(days=1)


def check(person: Actor | None) -> None:
    """Raise Refused where someone has sent in as much as one may; the site itself is not bound."""
    if person is None:
        return
    files = Import.objects.filter(by=person.pk)
    notes = NotesImport.objects.filter(by=person.pk)
    under_way = [ImportStatuses.LOOKING, ImportStatuses.QUEUED, ImportStatuses.RUNNING]
    waiting = files.filter(status__in=under_way).count()
    waiting += notes.filter(status__in=[JobStatuses.QUEUED, JobStatuses.RUNNING]).count()
    if waiting >= MOST_WAITING:
        raise Refused(
            gettext("%(count)s of your files are being read. Wait until one of them is done.")
            % {"count": MOST_WAITING}
        )
    today = {"created_at__gt": Now() - _DAY}
    if files.filter(**today).count() + notes.filter(**today).count() >= MOST_A_DAY:
        raise Refused(
            gettext("You have sent %(count)s files in one day. Try again tomorrow.")
            % {"count": MOST_A_DAY}
        )
    if (files.aggregate(bytes=Sum(Length("content")))["bytes"] or 0) >= MOST_BYTES:
        raise Refused(
            gettext(
                "Your files that wait to be imported take up %(size)s MB. Import "
                "or drop one of them first."
            )
            % {"size": MOST_BYTES // 1024**2}
        )
