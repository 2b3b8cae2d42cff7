"""Emails: what is written as plain text goes out with an HTML part of the same words."""

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string


def send_mail(subject: str, text: str, *, to: str) -> None:
    """Send an email to one address; raises what the mail backend raises."""
    with_html(EmailMultiAlternatives(subject, text, None, [to])).send()


def subject_and_body(text: str) -> tuple[str, str]:
    """Return a rendered letter as its first line, which is its subject, and what follows."""
    subject, _, body = text.strip().partition("\n")
    return subject, body.strip() + "\n"


def with_html(message: EmailMessage) -> EmailMessage:
    """Return a message with its words as HTML beside them; one that has HTML stays as it is."""
    if isinstance(message, EmailMultiAlternatives):
        both = message
        if both.alternatives:
            return both
    else:
        both = EmailMultiAlternatives(
            message.subject,
            message.body,
            message.from_email,
            message.to,
            bcc=message.bcc,
            cc=message.cc,
            headers=message.extra_headers,
            reply_to=message.reply_to,
            attachments=message.attachments,
        )
    values = {"subject": message.subject, "text": message.body}
    both.attach_alternative(render_to_string("mail.html", values), "text/html")
    return both
