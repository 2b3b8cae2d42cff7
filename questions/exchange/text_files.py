"""The bytes of a file as text: its bounds, and its encoding told apart. Pure."""

import codecs
import re

from questions.translation import gettext, gettext_noop

MOST_BYTES = 8 * 1024 * 1024
# Encodings that one may say a file is in; "" tells Unicode apart by itself.
ENCODINGS = {
    "": gettext_noop("Detect automatically"),
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Latin-1)",
    "cp1250": gettext_noop("Windows-1250 (Central Europe)"),
    "cp1251": gettext_noop("Windows-1251 (Cyrillic)"),
    "mac_roman": gettext_noop("Mac Roman (old Macs)"),
}
# Those that one byte a character has, of which no file says which it is in.
_ONE_BYTE = ("cp1252", "cp1250", "cp1251", "mac_roman")
_SAMPLE = 60
# Letters of UTF-8 of two bytes or three: where most are such, the file is a broken one of it.
_UTF_8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}")
# No text has these; the last five are none of Windows-1252.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")


AT_LINE = gettext_noop("line %(line)s: %(reason)s")
IN_FILE = gettext_noop("%(path)s: %(reason)s")


def at_line(reason: str, line: int) -> str:
    """Return what is said of a file with the line that it is said of, 0 for none."""
    if not line:
        return reason
    return gettext(AT_LINE) % {"line": line, "reason": reason}


def in_file(path: str, reason: str) -> str:
    """Return what is said of a file of a package with the end of its path there, "" for none."""
    if not path:
        return reason
    return gettext(IN_FILE) % {"path": path[-80:], "reason": reason}


def shortened(text: str) -> str:
    """Return a text in one line, as a sentence quotes it: its beginning, where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"


class FormatError(ValueError):
    """A file that cannot be read at all; says the line, 0 for none, and what to do."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.reason = reason
        self.line = line
        super().__init__(at_line(reason, line))


class EncodingUnknown(FormatError):
    """A text that is no Unicode: someone has to say what it is."""


def decoded(data: bytes, encoding: str = "") -> str:
    """Return a file's text with plain line ends; raises FormatError.

    Without a word on its encoding, UTF-8, UTF-16 and Windows-1252 are told apart, with byte order
    marks or without. What is none of them, or a broken one, raises EncodingUnknown.
    """
    bounded(data)
    name = encoding or encoding_of(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if encoding:
            raise FormatError(
                gettext("not %(encoding)s")
                % {"encoding": gettext(ENCODINGS.get(encoding, encoding))},
                line,
            ) from None
        reason = gettext(
            "no text of UTF-8, UTF-16 or Windows-1252; save it as UTF-8, or say what it is"
        )
        raise EncodingUnknown(reason, line) from None
    except LookupError:
        raise FormatError(
            gettext("there is no encoding %(encoding)r") % {"encoding": encoding}
        ) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise FormatError(
            gettext("a NUL character stands there"), text[: text.index("\0")].count("\n") + 1
        )
    if not text.strip():
        raise FormatError(gettext("the file is empty"))
    return text


def bounded(data: bytes) -> None:
    """Raise FormatError for a file that is empty or too large."""
    if not data:
        raise FormatError(gettext("the file is empty"))
    if len(data) > MOST_BYTES:
        raise FormatError(
            gettext("the file is larger than %(most)s MB; divide it")
            % {"most": MOST_BYTES // 1024**2}
        )


def encoding_of(data: bytes) -> str:
    """Return the encoding that the bytes of a text speak for; "utf-8" where nothing speaks."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:2000]
    # Half of the bytes of Western text in UTF-16 are zero, all on one side.
    if len(head) >= 4 and head[1::2].count(0) > len(head) / 5 and not head[::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) / 5 and not head[1::2].count(0):
        return "utf-16-be"
    return "cp1252" if _is_windows(data) else "utf-8"


def samples_of(data: bytes) -> list[tuple[str, str]]:
    """Return each encoding that a text may be in, with how its first odd letters read in it.

    Of a text whose encoding its bytes tell, nothing.
    """
    if data.startswith(b"PK") or encoding_of(data) != "cp1252":
        return []
    at = next(index for index, byte in enumerate(data) if byte >= 0x80)
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    line = data[max(start, at - _SAMPLE // 2) : end if end >= 0 else None][:_SAMPLE]
    samples = []
    for name in _ONE_BYTE:
        text = " ".join(line.decode(name, "replace").split())
        if "\ufffd" not in text:
            samples.append((name, text))
    return samples


def _is_windows(data: bytes) -> bool:
    """Tell whether bytes are no UTF-8, and read as Western letters of Windows."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        wide = _UTF_8.findall(data)
        others = sum(byte >= 0x80 for byte in data) - sum(map(len, wide))
        return others > len(wide) and not _NO_TEXT.search(data)
    return False
