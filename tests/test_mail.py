"""Every email has a plain part and the same words as HTML."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from examapp.web.mail import send_mail, subject_and_body, with_html
from tests.support.builders import make_user


def test_the_html_part_says_the_same_with_links_and_nothing_else_of_html(mailoutbox):
    send_mail("Hello", "Dear <b>Ada</b>,\n\nsee http://localhost/x/?a=1&b=2 soon.\n", to="a@b.org")
    (message,) = mailoutbox
    assert message.body.startswith("Dear <b>Ada</b>")
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert "Dear &lt;b&gt;Ada&lt;/b&gt;" in html
    assert '<a href="http://localhost/x/?a=1&amp;b=2"' in html


def test_nothing_of_a_message_is_lost_and_html_of_its_own_stays():
    plain = EmailMessage("Hi", "Words", None, ["a@b.org"], bcc=["c@b.org"], reply_to=["d@b.org"])
    plain.attach("note.txt", "kept", "text/plain")
    both = with_html(plain)
    assert (both.bcc, both.reply_to, len(both.attachments)) == (["c@b.org"], ["d@b.org"], 1)
    own = EmailMultiAlternatives("Hi", "Words", None, ["a@b.org"])
    own.attach_alternative("<p>Own</p>", "text/html")
    assert [each.content for each in with_html(own).alternatives] == ["<p>Own</p>"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "subject", "words"),
    [
        ("ada@example.com", "Choose a new password", "your password stays as it is"),
        ("nobody@example.com", "There is no account with this address", "create an account"),
    ],
)
def test_emails_of_accounts_are_in_our_words(email, subject, words, mailoutbox):
    make_user(email="ada@example.com")
    Client().post(reverse("account_reset_password"), {"email": email})
    (message,) = mailoutbox
    assert message.subject == subject
    for text in (message.body, message.alternatives[0].content):
        assert words in text
        assert "http://localhost" in text
    assert "Thank you for using" not in message.body


def test_the_first_line_of_a_letter_is_its_subject():
    letter = "\n\nYou are in\n\nDear Ada,\n\nwelcome.\n\n\n"
    assert subject_and_body(letter) == ("You are in", "Dear Ada,\n\nwelcome.\n")
