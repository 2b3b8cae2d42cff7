"""Pictures: taken with suspicion, encoded anew, described, and served as nothing else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow
from PIL import PngImagePlugin

from questions import images
from questions.forms import bounded_upload
from questions.images import ImageError, clean_image
from questions.markdown import to_html, to_inline_html
from questions.models import Image
from tests.questions.conftest import client_of


def file_of(kind="PNG", size=(40, 20), mode="RGB", **options):
    file = io.BytesIO()
    Pillow.new(mode, size, 1).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/png"), ("GIF", "image/png")],
)
def test_what_browsers_show_is_taken(kind, media_type):
    picture = clean_image(file_of(kind))
    assert (picture.media_type, picture.width, picture.height) == (media_type, 40, 20)


def test_what_a_file_holds_besides_its_picture_stays_behind():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "the key is B")
    assert b"the key is B" not in clean_image(file_of(pnginfo=text)).content
    hidden = file_of() + b"<script>alert(1)</script>"
    assert b"script" not in clean_image(hidden).content
    exif = Pillow.Exif()
    exif[0x010E] = "the key is B"
    assert b"the key is B" not in clean_image(file_of("JPEG", exif=exif)).content


def test_a_large_picture_is_made_smaller():
    picture = clean_image(file_of(size=(3000, 1500)))
    assert (picture.width, picture.height) == (1600, 800)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG is not taken"),
        (b"<?xml version='1.0'?>\n<!-- x --><SVG/>", "SVG is not taken"),
        (b"<html><script>alert(1)</script>", "not a PNG"),
        (b"", "not a PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not a PNG"),
        (file_of()[:60], "not a PNG"),
        (file_of("BMP"), "not a PNG"),
        (b"\x89PNG" + b"\0" * images.MOST_BYTES, "larger than 5 MB"),
        (file_of(size=(5000, 4000), mode="1"), "16 million pixels"),
    ],
    ids=["svg", "svg in xml", "html", "empty", "broken", "cut", "bmp", "bytes", "pixels"],
)
def test_what_is_no_picture_is_refused_in_words(data, says):
    with pytest.raises(ImageError, match=says):
        clean_image(data)


def test_a_text_shows_the_banks_pictures_and_no_other():
    own = "/images/6ba7b810-9dad-41d1-80b4-00c04fd430c8"
    assert to_inline_html(f"![A dot]({own})") == f'<img src="{own}" alt="A dot">'
    for address in (
        "https://evil.example/x.png",
        "//evil.example/x.png",
        "/accounts/logout/",
        "javascript:alert(1)",
        "data:image/svg+xml,<svg onload=alert(1)>",
        f"{own}/../../admin/",
        own.upper(),
    ):
        assert "src" not in to_html(f"![A dot]({address})")


@pytest.fixture
def address(exam):
    return reverse("questions:images", args=[exam.code])


def upload(client, address, data, alt="A dot", name="dot.png"):
    file = SimpleUploadedFile(name, data, content_type="image/png")
    return client.post(address, {"file": file, "alt": alt})


@pytest.mark.django_db
def test_a_picture_is_kept_and_shown_with_the_words_to_copy(author, address):
    client = client_of(author)
    assert upload(client, address, file_of()).status_code == 302
    image = Image.objects.get()
    page = client.get(address).content.decode()
    assert f"![A dot]({image.get_absolute_url()})" in page
    served = client.get(image.get_absolute_url())
    assert served.headers["Content-Type"] == "image/png"
    assert "immutable" in served.headers["Cache-Control"]
    assert Pillow.open(io.BytesIO(served.content)).size == (40, 20)


@pytest.mark.django_db
def test_the_same_picture_is_kept_once(author, address):
    client = client_of(author)
    upload(client, address, file_of())
    upload(client, address, file_of(), name="other.png")
    assert Image.objects.count() == 1


@pytest.mark.django_db
def test_a_picture_without_a_description_is_refused(author, address):
    answer = upload(client_of(author), address, file_of(), alt=" ")
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    assert not Image.objects.exists()


@pytest.mark.django_db
def test_a_file_that_lies_about_its_type_is_refused(author, address):
    answer = upload(client_of(author), address, b"<svg/>", name="dot.png")
    assert answer.status_code == 422
    assert "SVG is not taken" in answer.content.decode()


@pytest.mark.django_db
def test_an_upload_without_end_is_cut_off(author, address, monkeypatch):
    monkeypatch.setattr(bounded_upload, "MOST_BYTES", 1000)
    answer = upload(client_of(author), address, b"x" * 100_000)
    assert answer.status_code == 422
    assert "Choose a picture of at most 5 MB" in answer.content.decode()
    assert not Image.objects.exists()


def test_the_editor_gets_the_line_that_shows_what_it_uploaded(exam, author):
    client, page = client_of(author), reverse("questions:images", args=[exam.code])
    sent = {"alt": "A [map]", "file": SimpleUploadedFile("a.png", file_of())}
    answer = client.post(page, sent, headers={"Accept": "application/json"})
    line = answer.json()["markdown"]
    assert f'<img src="/images/{Image.objects.get().pk}" alt="A [map]">' in to_html(line)


@pytest.mark.parametrize(
    ("alt", "data", "says"), [("", file_of(), "required"), ("A map", b"x", "not a PNG")]
)
def test_the_editor_is_told_what_is_wrong_with_a_picture(exam, author, alt, data, says):
    client, page = client_of(author), reverse("questions:images", args=[exam.code])
    sent = {"alt": alt, "file": SimpleUploadedFile("a.png", data)}
    answer = client.post(page, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert says in " ".join(answer.json()["problems"])
    assert not Image.objects.exists()
