"""The bytes of a file as text: its bounds, and its encoding told apart. Pure."""

import codecs

MOST_BYTES = 8 * 1024 * 1024
# Encodings that one may say a file is in; "" tells Unicode apart by itself.
ENCODINGS = {"": "Found out", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Latin-1"}


class FormatError(ValueError):
    """A file that cannot be read at all; says the line, 0 for none, and what to do."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}" if line else reason)


class EncodingUnknown(FormatError):
    """A text that is no Unicode: someone has to say what it is."""


def decoded(data: bytes, encoding: str = "") -> str:
    """Return a file's text with plain line ends; raises FormatError.

    Without a word on its encoding, UTF-8 and UTF-16 are told apart, with their byte order marks or
    without. What is neither raises EncodingUnknown: Latin-1 fits any bytes and is never guessed.
    """
    bounded(data)
    name = encoding or _encoding_of(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if encoding:
            raise FormatError(f"not {ENCODINGS.get(encoding, encoding)}", line) from None
        reason = "neither UTF-8 nor UTF-16; say that it is Latin-1, or save it as UTF-8"
        raise EncodingUnknown(reason, line) from None
    except LookupError:
        raise FormatError(f"there is no encoding {encoding!r}") from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise FormatError("a NUL character stands there", text[: text.index("\0")].count("\n") + 1)
    if not text.strip():
        raise FormatError("the file is empty")
    return text


def bounded(data: bytes) -> None:
    """Raise FormatError for a file that is empty or too large."""
    if not data:
        raise FormatError("the file is empty")
    if len(data) > MOST_BYTES:
        raise FormatError(f"the file is larger than {MOST_BYTES // 1024**2} MB; divide it")


def _encoding_of(data: bytes) -> str:
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
    return "utf-8"
