"""Images of an exam: kept once each, with their description; found again, and let go."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models.functions import Cast

from questions.exchange.collector import ImportedItem, Problem
from questions.exchange.embedded_images import EmbeddedImage, images_of, readdressed
from questions.images import CleanImage, ImageError, clean_image
from questions.items.item import Item
from questions.markdown import PICTURE
from questions.models import AuditEntry, Case, Draft, Exam, Image, Note, QuestionVersion
from questions.services.audit import Actor, record

# Bounds of what one file brings, beside those of each image: pixels to read, bytes to keep.
MOST_PIXELS = 100_000_000
MOST_KEPT = 50 * 1024 * 1024
_ALT_LENGTH = 300


@transaction.atomic
def keep(exam: Exam, *, data: bytes, alt: str, by: Actor) -> Image:
    """Keep an uploaded picture, encoded anew; the same picture again is the one that is there.

    Raises PictureError for what is no picture we take.
    """
    picture = clean_image(data)
    # Locked, so that an undo that lets it go is over, or waits and finds the record below.
    image, _ = Image.objects.select_for_update().get_or_create(
        exam=exam, digest=_digest(picture.content), defaults=_columns(picture, alt, by.pk)
    )
    # Of one that was there too: from now on it is someone's, and no import's to take back.
    record("uploaded", actor=by, exam=exam, subject="image", subject_id=image.pk, alt=image.alt)
    return image


@dataclass(frozen=True)
class NewImage:
    """An image that a file brings and the exam has not, as it would be kept."""

    id: UUID
    picture: CleanImage
    alt: str


class ImportedImages:
    """The images that a file brings, read with suspicion, each once.

    One that the exam has is that one; another is new, under the address that it would have.
    """

    def __init__(self, exam: Exam, carried: Mapping[str, EmbeddedImage]) -> None:
        self.new: dict[str, NewImage] = {}
        self._carried = carried
        known = Image.objects.filter(exam=exam) if carried else Image.objects.none()
        self._ids = dict(known.values_list("digest", "pk"))
        self._found: dict[str, str | ImageError] = {}
        self._pixels = self._bytes = 0

    def placed(self, taken: ImportedItem) -> ImportedItem | Problem:
        """Return an item that shows images of the bank alone, or what is wrong with one of them."""
        addresses = {}
        for shown in images_of(taken.item):
            carried = self._carried.get(shown.address)
            if carried is None:
                continue
            lead = f"image {carried.name!r}"
            if not shown.alt.strip():
                reason = "has no description (alt) for who cannot see it; write one"
                return Problem(taken.row, f"{lead} {reason}", shown.column)
            address = self._address_of(shown.address, carried, shown.alt)
            if isinstance(address, ImageError):
                return Problem(taken.row, f"{lead}: {address}", shown.column)
            addresses[shown.address] = address
        return replace(taken, item=readdressed(taken.item, addresses)) if addresses else taken

    def _address_of(self, carried_as: str, carried: EmbeddedImage, alt: str) -> str | ImageError:
        if carried_as not in self._found:
            try:
                self._found[carried_as] = f"/images/{self._id_of(carried.data, alt)}"
            except ImageError as error:
                self._found[carried_as] = error
        return self._found[carried_as]

    def _id_of(self, data: bytes, alt: str) -> UUID:
        # One that went out of the bank is known by its bytes; a second encoding might change them.
        if known := self._ids.get(_digest(data)):
            return known
        picture = clean_image(data, charge=self._charge)
        digest = _digest(picture.content)
        if digest not in self._ids:
            self._bytes += len(picture.content)
            if self._bytes > MOST_KEPT:
                raise ImageError("The file's images are too large together; divide the file.")
            image = NewImage(uuid4(), picture, " ".join(alt.split())[:_ALT_LENGTH])
            self._ids[digest] = image.id
            self.new[f"/images/{image.id}"] = image
        return self._ids[digest]

    def _charge(self, pixels: int) -> None:
        if self._pixels + pixels > MOST_PIXELS:
            raise ImageError("The pictures have too many pixels together; divide the file.")
        self._pixels += pixels


def keep_new(
    exam: Exam, new: Mapping[str, NewImage], items: Iterable[Item], *, by_id: int | None
) -> list[Image]:
    """Keep the new images that items show; raises IntegrityError where one came in between."""
    shown = dict.fromkeys(each.address for item in items for each in images_of(item))
    images = [new[address] for address in shown if address in new]
    return Image.objects.bulk_create(
        Image(
            id=each.id,
            exam=exam,
            digest=_digest(each.picture.content),
            **_columns(each.picture, each.alt, by_id),
        )
        for each in images
    )


def forget_unused(exam: Exam, ids: Iterable[str]) -> int:
    """Delete those of the images that no text shows and nobody uploaded; return how many."""
    images = Image.objects.select_for_update().filter(exam=exam, pk__in=ids).order_by("pk")
    there = {str(pk) for pk in images.values_list("pk", flat=True)}
    uploads = AuditEntry.objects.filter(subject="image", subject_id__in=there, verb="uploaded")
    there -= set(uploads.values_list("subject_id", flat=True))
    addresses = {f"/images/{each}": each for each in there}
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
    """Return the images that items show, by their addresses, up to so many bytes in all."""
    shown = dict.fromkeys(each.address for item in items for each in images_of(item))
    ids = [address.rpartition("/")[2] for address in shown]
    found: dict[str, bytes] = {}
    total = 0
    for image in Image.objects.filter(pk__in=ids).order_by("created_at", "pk").iterator(20):
        total += len(image.content)
        if total > most:
            break
        found[image.get_absolute_url()] = bytes(image.content)
    return found


def _columns(picture: CleanImage, alt: str, by_id: int | None) -> dict[str, object]:
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
