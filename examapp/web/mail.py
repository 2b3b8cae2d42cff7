"""Emails: what is written as plain text goes out with an HTML part of the same words."""

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string


def send_mail(subject: str, text: str, *, to: str) -> None:
    """Send an email to one address; raises what the mail backend raises."""
    with_html(EmailMessage(subject, text, None, [to])).send()


def with_html(message: EmailMessage) -> EmailMultiAlternatives:
    """Return a message of plain text with the same words as HTML beside it."""
    both = EmailMultiAlternatives(
        message.subject,
        message.body,
        message.from_email,
        message.to,
        headers=message.extra_headers,
    )
    values = {"subject": message.subject, "text": message.body}
    both.attach_alternative(render_to_string("mail.html", values), "text/html")
    return both
