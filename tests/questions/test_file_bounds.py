"""Encodings of files, their bounds, and how a format is told by its content."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from questions.exchange import (
    aiken,
    qti_reader,
    workbook,
)
from questions.exchange.detection import looks_like
from questions.exchange.losses import field_words
from questions.exchange.registry import guessed
from questions.exchange.text_files import EncodingUnknown, FormatError, decoded, encoding_of
from questions.items.item import FIELD_NAMES
from tests.support.files import only


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_told_apart(encoding):
    text = "Welche Größe hält?\nA. Ä\nB. Ö\nANSWER: B\n"
    assert only(aiken.loads(text.encode(encoding))).item.stem == "Welche Größe hält?"


def test_western_letters_of_windows_are_told_apart_too():
    data = "Größe?\nA. “Ä”\nB. Ö\nANSWER: B\n".encode("cp1252")
    assert only(aiken.loads(data)).item.stem == "Größe?"
    assert encoding_of(data) == "cp1252"


@pytest.mark.parametrize(
    "data", ["Größe".encode() + b"\xff", b"\x81\x8d text", b"\xff\xd8\xff\x00"]
)
def test_a_broken_text_and_what_is_none_are_asked_about(data):
    with pytest.raises(EncodingUnknown, match="line 1"):
        decoded(data)


@pytest.mark.parametrize("data", [b"", b"   \n", b"stem\0\nA. a\nB. b\nANSWER: A"])
def test_nothing_and_nul_are_named(data):
    with pytest.raises(FormatError):
        decoded(data)


def zipped(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("loads", [qti_reader.loads, workbook.loads])
def test_a_bomb_and_a_path_upwards_do_no_harm(loads, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bomb = zipped(**{"imsmanifest.xml": b"0" * 60_000_000, "[Content_Types].xml": b""})
    with pytest.raises(FormatError, match="unpacks to more"):
        loads(bomb)
    with pytest.raises(FormatError):
        loads(zipped(**{"../../x.xml": b"<x/>"}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "format_name"),
    [
        ("a.csv", b"stem,key", "csv"),
        ("a.txt", b"Stem\nA. a\nB. b\nANSWER: A\n", "aiken"),
        ("a.txt", b"Stem{=a ~b}", "gift"),
        ("wrong.csv", b"<?xml version='1.0'?><quiz/>", "moodle"),
        ("a.xml", b'<qti-assessment-item xmlns="x"/>', "qti30"),
        ("a.zip", b"PK\x03\x04", "qti21"),
        ("README.md", b'<div align="center"></div>\n\n### Which?\n\n- [x] a\n', "markdown"),
        ("a.html", b"<!doctype html><p>Which?</p>", ""),
        ("a.md", b"### x", "markdown"),
        ("a.txt", b"#separator:tab\n", "anki-text"),
        ("a.bin", b"\xff\xd8\xff", ""),
    ],
)
def test_a_format_is_guessed_by_content_before_name(name, data, format_name):
    assert guessed(name, data) == format_name


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.7", "a PDF"),
        ("a.docx", zipped(**{"word/document.xml": b"<x/>"}), "a Word document"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Word or Excel file"),
        ("a.html", b"<!doctype html><p>Which?</p>", "a web page"),
        ("a.txt", b"Which?\nA. one\nB. two\n", "a lettered list, but no line says an answer"),
        ("a.txt", b"Only words.", "Write questions as a table"),
    ],
)
def test_a_file_of_no_format_is_told_what_it_looks_like(name, data, words):
    assert guessed(name, data) == ""
    assert words in looks_like(name, data)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.75, "0%", "75%"),
        (0.75, "0 %", "75 %"),
        (0.755, "0.0%", "75.5%"),
        (7, "000", "007"),
        (1200.5, '"$"#,##0.00', "$1,200.50"),
        (1200.5, "[$$-409]#,##0.00", "$1,200.50"),
        (1200.5, "#,##0.00\\ [$€-407]", "1,200.50 €"),
        (-3.5, "0.00;(0.00)", "(3.50)"),
        (-3.5, "0.0", "-3.5"),
        (0, '0;-0;"none"', "none"),
        (2.675, "0.00", "2.68"),
        (1234567, '0.0,,"M"', "1.2M"),
        (5551234, "000-0000", "555-1234"),
        (0.1 + 0.2, "General", "0.3"),
        (5.0, "General", "5"),
        (True, "General", "TRUE"),
        (date(2024, 3, 5), "d-mmm", "5-Mar"),
        (date(2024, 3, 5), "mm-dd-yy", "3/5/2024"),
        (date(2024, 3, 5), "yyyy-mm-dd", "2024-03-05"),
        (datetime.fromisoformat("2024-03-05T14:07"), "yyyy-mm-dd hh:mm", "2024-03-05 14:07"),
        (datetime.fromisoformat("2024-03-05T14:07"), "h:mm AM/PM", "2:07 PM"),
        (time(9, 5), "h:mm", "9:05"),
        ("007", "@", "007"),
    ],
)
def test_a_cell_of_a_workbook_shows_what_its_author_sees(value, code, text):
    book = Workbook()
    book.active.append(["Question", "Option A", "Option B", "Answer"])
    book.active.append(["Which?", value, "other", "A"])
    book.active["B2"].number_format = code
    file = io.BytesIO()
    book.save(file)
    item = only(workbook.loads(file.getvalue())).item
    assert item.options[0].text == text


def test_what_a_workbook_has_beside_its_first_sheet_is_named():
    book = Workbook()
    book.active.append(["Question", "Option A", "Option B", "Answer"])
    book.active.append(["Which?", "one", "other", "A"])
    book.create_sheet("More")
    file = io.BytesIO()
    book.save(file)
    assert "not More" in only(workbook.loads(file.getvalue())).warnings[0]


@pytest.mark.parametrize(("length", "is_cut"), [(1_000, False), (1_001, True)])
def test_evidence_longer_than_the_editor_takes_is_cut_and_named(length, is_cut):
    book = Workbook()
    book.active.append(["Question", "Option A", "Option B", "Answer", "Evidence"])
    book.active.append(["Which?", "one", "other", "A", "e" * length])
    file = io.BytesIO()
    book.save(file)
    taken = only(workbook.loads(file.getvalue()))
    assert taken.item.evidence == "e" * 1_000
    assert ("too long, so cut: evidence" in taken.warnings) == is_cut


@pytest.mark.parametrize("name", ["level", *FIELD_NAMES, "whys", "abouts", "fixed_options"])
def test_every_field_that_a_file_may_lose_has_a_name_in_sentences(name):
    assert field_words(name)
