"""The one lock that a candidate's exam and their practice share.

Whoever starts an exam and whoever has an answer explained holds it until the commit: an exam never
opens between the look at what is open and the answer that is stored.
"""

from examapp.accounts.models import User


def lock(candidate: User) -> None:
    """Wait until no exam of the candidate starts and no answer of theirs is stored elsewhere.

    To be called inside a transaction, which keeps the lock until its end.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=candidate.pk)
