"""Images of an exam: kept once each, with their description."""

import hashlib

from django.db import transaction

from questions.models import Exam, Image
from questions.pictures import picture_of
from questions.services.audit import record
from questions.services.people import Person


@transaction.atomic
def keep(exam: Exam, *, data: bytes, alt: str, by: Person) -> Image:
    """Keep an uploaded picture, encoded anew; the same picture again is the one that is there.

    Raises PictureError for what is no picture we take.
    """
    picture = picture_of(data)
    digest = hashlib.sha256(picture.content).hexdigest()
    image, is_new = Image.objects.get_or_create(
        exam=exam,
        digest=digest,
        defaults={
            "alt": alt,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "content": picture.content,
            "uploaded_by_id": by.pk,
        },
    )
    if is_new:
        record("uploaded", actor=by, exam=exam, subject="image", subject_id=image.pk, alt=alt)
    return image
