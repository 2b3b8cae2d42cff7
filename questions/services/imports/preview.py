"""The preview of an import: computed once and stored, so that its page need not do so again."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath
from typing import TypedDict
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext, gettext_lazy

from questions.exchange.archives import members
from questions.exchange.collector import ColumnsUnknown, Loaded
from questions.exchange.detection import looks_like
from questions.exchange.markdown_source import SUFFIXES
from questions.exchange.registry import guessed
from questions.exchange.text_files import MOST_BYTES, FormatError
from questions.models import MOST_TRIES, Import, ImportStatuses, Topic
from questions.services.errors import Refused
from questions.services.imports.mapping import FileMapping
from questions.services.imports.plan import Plan, plan, read
from questions.services.imports.preview_body import Preview, ProblemRow, preview_of

logger = structlog.get_logger(__name__)

TOO_SLOW = gettext_lazy(
    "reading it took too long, twice; split the file, or save it in another format"
)


def plan_import(run: Import) -> tuple[Plan, Loaded]:
    """Return what an import would do to the bank as it is now, and its file as read.

    Raises FormatError.
    """
    mapping = FileMapping.of(run)
    loaded = read(
        bytes(run.content),
        name=run.format,
        encoding=run.encoding,
        columns=mapping.columns,
        answers=mapping.answers,
    )
    planned = plan(run.exam, loaded, default_topic=run.topic, mapping=mapping)
    return planned, loaded


def compute(run: Import) -> Preview:
    """Return the preview of an import that need not be saved.

    Of a table whose columns are not known it has the columns alone, to be named. Raises FormatError
    for a file that cannot be read, or that breaks its reader.
    """
    try:
        planned, loaded = plan_import(run)
    except ColumnsUnknown as error:
        unread = Loaded(columns=error.columns)
        return preview_of(run, Plan(), unread, columns_problem=error.reason)
    except (FormatError, DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        logger.exception("preview_failed", import_id=run.pk)
        raise FormatError(
            gettext("reading it failed; an operator can find the reason in the log")
        ) from error
    return preview_of(run, planned, loaded)


def refresh(run: Import) -> Import:
    """Compute an import's preview and store it; the import fails where the file cannot be read.

    A file that breaks its reader fails too: it would do so again. What the database or a worker's
    time limit interrupts is tried again by the next sweep.
    """
    try:
        preview = compute(run)
    except FormatError as error:
        _fail(run, error.reason, error.line)
    else:
        _not_begun(run).update(status=ImportStatuses.READ, preview=preview, touched_at=Now())
    return Import.objects.defer("content").select_related("exam", "by").get(pk=run.pk)


def _fail(run: Import, reason: str, row: int = 0) -> None:
    problem: ProblemRow = {"row": row, "column": "", "reason": reason}
    _not_begun(run).update(
        status=ImportStatuses.FAILED,
        report={"problems": [problem], "problem_count": 1},
        content=b"",
        finished_at=Now(),
    )


def _not_begun(run: Import) -> QuerySet[Import]:
    """Return the import, unless a worker began to write it."""
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    return Import.objects.filter(pk=run.pk, status__in=unused)


def queue(run: Import) -> Import:
    """Queue a file for a worker that computes its preview."""
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(status=ImportStatuses.LOOKING, tries=0, touched_at=Now())
    return Import.objects.defer("content").select_related("exam").get(pk=run.pk)


def execute(run_id: UUID) -> None:
    """Compute the preview of a queued file; once it is there, a second call changes nothing.

    A try is counted before it begins, so that one which takes its worker along counts too. A file
    whose tries are used up fails with a sentence.
    """
    waiting = Import.objects.filter(pk=run_id, status=ImportStatuses.LOOKING)
    is_tried = waiting.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1, touched_at=Now())
    run = waiting.select_related("exam", "topic__task").first()
    if run is None:
        return
    if not is_tried:
        if Import.objects.to_preview().filter(pk=run_id).exists():
            _fail(run, str(TOO_SLOW))
        return
    try:
        _detect_format(run)
        refresh(run)
    except FormatError as error:
        _fail(run, error.reason, error.line)
    except SoftTimeLimitExceeded:
        logger.warning("preview_out_of_time", import_id=run.pk, tries=run.tries)
        if run.tries >= MOST_TRIES:
            _fail(run, str(TOO_SLOW))


def _detect_format(run: Import) -> None:
    """Tell the format of a file whose sender did not; raises FormatError where nothing speaks."""
    if run.format:
        return
    content = bytes(run.content)
    name = guessed(run.file_name, content)
    if not name:
        known = looks_like(run.file_name, content)
        raise FormatError(f"the file is of no format that is read: {known}")
    run.format = name
    _not_begun(run).update(format=name)


class Choices(TypedDict):
    """What is done with questions that the bank has, or that are problems, once it is imported."""

    duplicates: str
    leaves_out_problems: bool
    leaves_out_alike: bool


def set_mapping(
    run: Import, *, topic: Topic | None, encoding: str, mapping: FileMapping, choices: Choices
) -> bool:
    """Store how a file is to be read; return whether its preview is out of date by that.

    `choices` are kept for the form that the next preview has.
    """
    data = mapping.to_json()
    if run.preview and (run.topic, run.encoding, run.mapping) == (topic, encoding, data):
        return False
    run.topic, run.encoding, run.mapping, run.preview = topic, encoding, data, {}
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(topic=topic, encoding=encoding, mapping=data, preview={}, **choices)
    return True


def add_pictures(run: Import, pictures: Mapping[str, bytes]) -> None:
    """Pack a file together with pictures that its texts show and that it did not bring.

    A picture goes wherever a text shows one of its name. The file is read again after that. Raises
    Refused where none is shown, or all are too large together.
    """
    shown = [
        (address, pictures[name])
        for address in run.preview["missing"]
        if (name := PurePosixPath(address).name) in pictures
    ]
    if not shown:
        raise Refused(gettext("The file does not use any of these pictures."))
    content = bytes(Import.objects.get(pk=run.pk).content)
    if not content.startswith(b"PK"):
        content = _packed(b"", {_text_name(run): content})
    content = _packed(content, dict(_placed(content, shown)))
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1024**2
        raise Refused(
            gettext("The file and its pictures are larger than %(most)s MB together.")
            % {"most": most}
        )
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(content=content, preview={})


def _placed(content: bytes, shown: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield where a picture belongs in a package, seen from each text in it, and its bytes."""
    names = members(content)
    folders = {dirname(name) for name in names if name.lower().endswith(SUFFIXES)}
    for address, picture in shown:
        for folder in folders:
            name = normpath(join("" if address.startswith("/") else folder, address.lstrip("/")))
            if name not in names and not name.startswith(".."):
                yield name, picture


def _packed(content: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return a package with files added; nothing that it holds is unpacked."""
    file = BytesIO(content)
    with zipfile.ZipFile(file, "a" if content else "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def _text_name(run: Import) -> str:
    """Return the name of a text in its package: of a suffix by which it is found there."""
    name = PurePosixPath(run.file_name).name
    return name if name.lower().endswith(SUFFIXES) else f"{name}.md"
