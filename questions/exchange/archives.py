"""Archives and XML from strangers, read within bounds. Pure.

Nothing is unpacked to a disk, so that a member's name leads nowhere; each is counted as it is read,
whatever its header says of its size. XML is read without entities, document types or network.
"""

import io
import tarfile
import zipfile
import zlib

from lxml import etree

from questions.exchange.text_files import FormatError, bounded
from questions.translation import gettext, ngettext

MOST_MEMBERS = 12_000
MOST_UNPACKED = 50 * 1024 * 1024
# Bytes unpacked for each byte packed; text packs to a tenth.
MOST_RATIO = 100
_FREE_RATIO = 1024 * 1024
MOST_DEPTH = 100
_PART = 64 * 1024


def members(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip archive by their names; raises FormatError."""
    bounded(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, len(data))
    except FormatError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise FormatError(
            gettext("not a zip archive, or a broken one: %(error)s") % {"error": error}
        ) from None
    except (NotImplementedError, RuntimeError) as error:
        raise FormatError(
            gettext("the archive is packed in a way that is not read: %(error)s") % {"error": error}
        ) from None
    except Exception as error:  # Modules of packing raise their own kinds.
        raise FormatError(
            gettext("the archive is broken: %(error)s") % {"error": type(error).__name__}
        ) from None


def _read(archive: zipfile.ZipFile, packed: int) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_MEMBERS:
        raise _too_many()
    most = _most_unpacked(packed)
    found: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        if entry.filename in found:
            raise FormatError(
                gettext("the archive holds %(name)r twice") % {"name": entry.filename[:80]}
            )
        parts = []
        with archive.open(entry) as member:
            while part := member.read(_PART):
                total += len(part)
                if total > most:
                    raise _too_large()
                parts.append(part)
        found[entry.filename] = b"".join(parts)
    return found


def tar_members(data: bytes) -> dict[str, bytes]:
    """Return the files of a tar archive packed by gzip by their names; raises FormatError."""
    bounded(data)
    most = _most_unpacked(len(data))
    files: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r|gz") as archive:
            for entry in archive:
                total += entry.size
                if total > most:
                    raise _too_large()
                if len(files) >= MOST_MEMBERS:
                    raise _too_many()
                member = archive.extractfile(entry) if entry.isfile() else None
                if member:
                    files[entry.name] = member.read(entry.size)
    except FormatError:
        raise
    except Exception as error:  # A broken part makes the reader raise anything.
        reason = gettext("not a tar archive, or a broken one: %(error)s") % {
            "error": type(error).__name__
        }
        raise FormatError(reason) from None
    return files


def _most_unpacked(packed: int) -> int:
    return min(MOST_UNPACKED, max(_FREE_RATIO, packed * MOST_RATIO))


def _too_large() -> FormatError:
    return FormatError(gettext("the archive unpacks to more than a file of questions holds"))


def _too_many() -> FormatError:
    reason = ngettext(
        "the archive holds more than %(most)s file",
        "the archive holds more than %(most)s files",
        MOST_MEMBERS,
    )
    return FormatError(reason % {"most": MOST_MEMBERS})


def xml_of(text: str) -> etree._Element:
    """Return the root of an XML text; raises FormatError with the line."""
    _refuse_document_type(text)
    # The text is decoded already; what its first line says of an encoding no longer holds.
    start = text.lstrip()
    if start.startswith("<?xml") and "?>" in start:
        ahead = text[: text.index("?>") + 2]
        text = "\n" * ahead.count("\n") + text[len(ahead) :]
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(
            gettext("not well-formed XML: %(error)s") % {"error": error.msg}, error.lineno or 0
        ) from None
    except ValueError as error:
        raise FormatError(gettext("not XML: %(error)s") % {"error": error}) from None
    _refuse_depth(root)
    return root


def own_text(element: etree._Element | None) -> str:
    """Return all text in an element, "" for none."""
    return "" if element is None else "".join(str(part) for part in element.itertext())


def _refuse_document_type(text: str) -> None:
    """Raise FormatError where the text declares a document type: entities are declared there."""
    start = 0
    while True:
        start += len(text[start:]) - len(text[start:].lstrip(" \t\n\ufeff"))
        if text.startswith("<?", start):
            end = text.find("?>", start)
        elif text.startswith("<!--", start):
            end = text.find("-->", start)
        else:
            break
        if end < 0:
            break
        start = end + (2 if text.startswith("?>", end) else 3)
    if text.startswith("<!", start):
        line = text[:start].count("\n") + 1
        raise FormatError(gettext("a document type is declared; delete that declaration"), line)


def _refuse_depth(root: etree._Element) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            reason = ngettext(
                "elements lie in each other more than %(most)s level deep",
                "elements lie in each other more than %(most)s levels deep",
                MOST_DEPTH,
            ) % {"most": MOST_DEPTH}
            raise FormatError(reason, element.sourceline or 0)
