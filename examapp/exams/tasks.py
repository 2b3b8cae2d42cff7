"""Background work of sittings: doorbells that call services."""

from celery import shared_task

from examapp.exams import services
from examapp.exams.models import KeyCorrection
from examapp.exams.services import admission, notifications, paper_stock, team_mail
from examapp.exams.services.regrade import apply


@shared_task(name="exams.finish_overdue")
def finish_overdue() -> int:
    """Finish sessions whose time ran out; forget who left the line of starts long ago."""
    admission.drop_stale()
    return services.sweep()


@shared_task(name="exams.regrade")
def regrade(correction_id: int) -> int:
    """Regrade the sittings of a corrected key; return how many scores changed."""
    return len(apply(correction_id))


@shared_task(name="exams.go_on_regrading")
def go_on_regrading() -> int:
    """Go on with corrections whose message was lost, or whose work broke off."""
    unfinished = list(KeyCorrection.objects.unfinished().values_list("pk", flat=True))
    return sum(len(apply(pk)) for pk in unfinished)


@shared_task(name="exams.tell")
def tell() -> int:
    """Mail candidates whose score changed or whose report was answered; mail who is mentioned."""
    return notifications.mail() + team_mail.mail_mentions()


@shared_task(name="exams.tell_teams")
def tell_teams() -> int:
    """Mail who works on a bank what waits there, once a day."""
    return team_mail.mail_tasks()


@shared_task(name="exams.stock_papers")
def stock_papers() -> int:
    """Draw papers ahead of the starts that will want them."""
    return paper_stock.refill_all()
