"""Two rows of one person in a course become one, which keeps what either of them held."""

from examapp.courses.models import Attempt, CodeTry, Membership, MemberStates, Override

_OF_THE_LIST = ("external_id", "group", "name")
_JOINING = ("state", "consent_version", "consented_at", "joined_at", "left_at", "was_removed")
_OWN = ("email", "time_factor", "extra_minutes", "wants_letters", "seen_at")
# Of other terms: those of which more is better; of the opening, less is.
_MORE_IS_BETTER = (
    *("due_at", "closes_at", "minutes"),
    *("time_factor", "extra_minutes", "extra_attempts", "is_excused"),
)


def absorb(member: Membership, *, into: Membership) -> None:
    """Give all that a member has to another row of the same person, and delete the first.

    Attempts are numbered anew, by when they were made. Where both have other terms of an
    assignment, or extra time in the course, the more generous of each holds. Both rows are to be
    locked by the caller.
    """
    _move_attempts(member, into)
    _move_code_tries(member, into)
    _move_overrides(member, into)
    _move_recipients(member, into)
    member.notes.update(membership=into)
    for name in _OF_THE_LIST:
        setattr(into, name, getattr(into, name) or getattr(member, name))
    if member.user_id is None:
        # The address of the list, which the account's own row had to leave to it.
        into.email = into.email or member.email
    into.time_factor = max(into.time_factor, member.time_factor)
    into.extra_minutes = max(into.extra_minutes, member.extra_minutes)
    into.wants_letters = into.wants_letters and member.wants_letters
    into.seen_at = max(filter(None, (into.seen_at, member.seen_at)), default=None)
    if member.state == MemberStates.ACTIVE and into.state != MemberStates.ACTIVE:
        for name in _JOINING:
            setattr(into, name, getattr(member, name))
    member.delete()
    into.save(update_fields=[*_OF_THE_LIST, *_JOINING, *_OWN])


def _move_attempts(member: Membership, into: Membership) -> None:
    """Hand attempts over, numbered with those that are there, so that first and last are so."""
    for assignment in set(member.attempts.values_list("assignment", flat=True)):
        both = Attempt.objects.filter(assignment=assignment, membership__in=[member, into])
        attempts = list(both.order_by("made_at", "pk"))
        # First to numbers that are free: no two may be the same, not even between two updates.
        highest = max(attempt.number for attempt in attempts)
        for before in (highest, 0):
            for number, attempt in enumerate(attempts, before + 1):
                attempt.number, attempt.membership = number, into
                attempt.save(update_fields=["number", "membership"])


def _move_code_tries(member: Membership, into: Membership) -> None:
    """Hand over wrong access codes, of two counts the higher: what they closed stays closed."""
    for row in CodeTry.objects.filter(membership=member):
        kept = CodeTry.objects.filter(assignment=row.assignment_id, membership=into)
        if any((row.wrong, row.last_at) <= (each.wrong, each.last_at) for each in kept):
            continue
        kept.delete()
        row.membership = into
        row.save(update_fields=["membership"])


def _move_overrides(member: Membership, into: Membership) -> None:
    """Hand over other terms; of two for an assignment one is made, with the better of each."""
    own = {row.assignment_id: row for row in into.overrides.all()}
    for row in member.overrides.all():
        kept = own.get(row.assignment_id)
        if kept is None:
            row.membership = into
            row.save(update_fields=["membership"])
        else:
            _join_terms(kept, row)


def _join_terms(kept: Override, other: Override) -> None:
    """Let the more generous of two terms hold; what one of them leaves open, the other says."""
    for name in _MORE_IS_BETTER:
        said = [value for row in (kept, other) if (value := getattr(row, name)) is not None]
        setattr(kept, name, max(said, default=None))
    kept.opens_at = min(filter(None, (kept.opens_at, other.opens_at)), default=None)
    if kept.opens_at and kept.closes_at and kept.opens_at >= kept.closes_at:
        # The end of the one lies before the opening of the other.
        kept.opens_at = None
    kept.reason = kept.reason or other.reason
    kept.save(update_fields=[*_MORE_IS_BETTER, "opens_at", "reason"])


def _move_recipients(member: Membership, into: Membership) -> None:
    """Hand over what was given to the member by name, with the topics that are their own.

    A row without topics of its own is for all topics of the assignment, and is not narrowed.
    """
    own = {row.assignment_id: row for row in into.given.prefetch_related("topics")}
    for row in member.given.select_related("assignment").prefetch_related("topics"):
        kept = own.get(row.assignment_id)
        if kept is None:
            row.membership = into
            row.save(update_fields=["membership"])
        elif kept.topics.all():
            kept.topics.add(*(row.topics.all() or row.assignment.topics.all()))
