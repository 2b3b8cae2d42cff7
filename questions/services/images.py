"""Images of an exam: each stored once with its description, and deleted when unused."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext

from questions.exchange.collector import ImportedItem, Problem
from questions.exchange.embedded_images import EmbeddedImage, described, images_of, readdressed
from questions.images import CleanImage, ImageError, clean_image
from questions.items.item import Item
from questions.markdown import PICTURE
from questions.models import AuditEntry, Case, Draft, Exam, Image, Note, QuestionVersion
from questions.services.audit import Actor, record

# Limits of one imported file, beside those of an image: pixels to read, bytes to store.
MOST_PIXELS = 100_000_000
MOST_KEPT = 50 * 1024 * 1024
_ALT_LENGTH = 300


@transaction.atomic
def keep(exam: Exam, *, data: bytes, alt: str, by: Actor) -> Image:
    """Store an uploaded image, encoded anew; the same image again is the stored one.

    Raises ImageError for a file that is not accepted.
    """
    picture = clean_image(data)
    # Locked, so that an undo that deletes it is over, or waits and sees the log entry below.
    image, _ = Image.objects.select_for_update().get_or_create(
        exam=exam, digest=_digest(picture.content), defaults=_columns(picture, alt, by.pk)
    )
    # Of a stored one too: from now on it is someone's, and no undo of an import deletes it.
    record("uploaded", actor=by, exam=exam, subject="image", subject_id=image.pk, alt=image.alt)
    return image


@dataclass(frozen=True)
class NewImage:
    """An image of a file that the exam does not have, as it would be stored."""

    id: UUID
    picture: CleanImage
    alt: str


@dataclass(frozen=True)
class UndescribedImage:
    """An image of a file that has no description there: its name, and the first row of it."""

    name: str
    row: int


class ImportedImages:
    """The images of an imported file, each read once and with suspicion.

    One that the exam has is that one; another is new, under the address that it would have. One
    without a description in the file has that of `descriptions`, or is `undescribed`.
    """

    def __init__(
        self,
        exam: Exam,
        carried: Mapping[str, EmbeddedImage],
        descriptions: Mapping[str, str] | None = None,
    ) -> None:
        self.new: dict[str, NewImage] = {}
        self.undescribed: dict[str, UndescribedImage] = {}
        self._descriptions = descriptions or {}
        self._carried = carried
        stored = Image.objects.filter(exam=exam) if carried else Image.objects.none()
        self._ids = dict(stored.values_list("digest", "pk"))
        self._addresses: dict[str, str | ImageError] = {}
        self._pixels = self._bytes = 0

    def placed(self, imported: ImportedItem) -> ImportedItem | Problem:
        """Return an item with the bank's addresses of its images, or a problem with one of them."""
        imported = replace(imported, item=described(imported.item, self._descriptions))
        addresses = {}
        for shown in images_of(imported.item):
            carried = self._carried.get(shown.address)
            if carried is None:
                continue
            if not shown.alt.strip():
                named = UndescribedImage(carried.name, imported.row)
                self.undescribed.setdefault(shown.address, named)
                reason = gettext(
                    "image %(name)r has no description (alt) for people who cannot see it; write "
                    "one"
                ) % {"name": carried.name}
                return Problem(imported.row, reason, shown.column)
            address = self._address_of(shown.address, carried, shown.alt)
            if isinstance(address, ImageError):
                values = {"name": carried.name, "reason": address}
                reason = gettext("image %(name)r: %(reason)s") % values
                return Problem(imported.row, reason, shown.column)
            addresses[shown.address] = address
        if not addresses:
            return imported
        return replace(imported, item=readdressed(imported.item, addresses))

    def _address_of(self, carried_as: str, carried: EmbeddedImage, alt: str) -> str | ImageError:
        if carried_as not in self._addresses:
            try:
                self._addresses[carried_as] = f"/images/{self._id_of(carried.data, alt)}"
            except ImageError as error:
                self._addresses[carried_as] = error
        return self._addresses[carried_as]

    def _id_of(self, data: bytes, alt: str) -> UUID:
        # One that was exported has the bytes of the stored one; encoding it might change them.
        if stored := self._ids.get(_digest(data)):
            return stored
        picture = clean_image(data, charge=self._charge)
        digest = _digest(picture.content)
        if digest not in self._ids:
            self._bytes += len(picture.content)
            if self._bytes > MOST_KEPT:
                raise ImageError(
                    gettext("The file's images are too large together; divide the file.")
                )
            image = NewImage(uuid4(), picture, " ".join(alt.split())[:_ALT_LENGTH])
            self._ids[digest] = image.id
            self.new[f"/images/{image.id}"] = image
        return self._ids[digest]

    def _charge(self, pixels: int) -> None:
        if self._pixels + pixels > MOST_PIXELS:
            raise ImageError(
                gettext("The pictures have too many pixels together; divide the file.")
            )
        self._pixels += pixels


def keep_new(
    exam: Exam, new: Mapping[str, NewImage], items: Iterable[Item], *, by_id: int | None
) -> list[Image]:
    """Store the new images that items show; raises IntegrityError where one was stored since."""
    shown = dict.fromkeys(image.address for item in items for image in images_of(item))
    images = [new[address] for address in shown if address in new]
    return Image.objects.bulk_create(
        Image(
            id=image.id,
            exam=exam,
            digest=_digest(image.picture.content),
            **_columns(image.picture, image.alt, by_id),
        )
        for image in images
    )


def forget_unused(exam: Exam, ids: Iterable[str]) -> int:
    """Delete those of the images that no text shows and nobody uploaded; return how many."""
    images = Image.objects.select_for_update().filter(exam=exam, pk__in=ids).order_by("pk")
    stored = {str(pk) for pk in images.values_list("pk", flat=True)}
    uploads = AuditEntry.objects.filter(subject="image", subject_id__in=stored, verb="uploaded")
    stored -= set(uploads.values_list("subject_id", flat=True))
    addresses = {f"/images/{image_id}": image_id for image_id in stored}
    if not addresses:
        return 0
    texts = [(Draft, "item"), (QuestionVersion, "content"), (QuestionVersion, "key")]
    texts += [(Case, "scenario"), (Note, "source")]
    for model, name in texts:
        rows = model._default_manager.annotate(shown=Cast(name, models.TextField()))
        for text in rows.filter(shown__contains="/images/").values_list("shown", flat=True):
            for address in PICTURE.findall(text):
                addresses.pop(address, None)
    return Image.objects.filter(pk__in=addresses.values()).delete()[0]


def bytes_of(items: Iterable[Item], *, most: int) -> dict[str, bytes]:
    """Return the bytes of images that items show by address, of `most` bytes at most in all."""
    shown = dict.fromkeys(image.address for item in items for image in images_of(item))
    ids = [address.rpartition("/")[2] for address in shown]
    contents: dict[str, bytes] = {}
    total = 0
    for image in Image.objects.filter(pk__in=ids).order_by("created_at", "pk").iterator(20):
        total += len(image.content)
        if total > most:
            break
        contents[image.get_absolute_url()] = bytes(image.content)
    return contents


class _Columns(TypedDict):
    alt: str
    media_type: str
    width: int
    height: int
    content: bytes
    uploaded_by_id: int | None


def _columns(picture: CleanImage, alt: str, by_id: int | None) -> _Columns:
    """Return what an image's row holds beside its exam and digest."""
    return {
        "alt": alt,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "content": picture.content,
        "uploaded_by_id": by_id,
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
