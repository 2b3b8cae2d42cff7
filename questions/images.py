"""Uploaded images, read with suspicion and encoded anew: no uploaded byte is stored."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext
from PIL import Image, ImageOps

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 16_000_000
# Pixels a side; more is scaled down.
LARGEST_SIDE = 1600
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class ImageError(ValueError):
    """A file that is not accepted as an image; the text says why and what to do."""


@dataclass(frozen=True)
class CleanImage:
    """An image as it is stored: media type, size in pixels, and bytes."""

    media_type: str
    width: int
    height: int
    content: bytes


def clean_image(data: bytes, *, charge: Callable[[int], None] | None = None) -> CleanImage:
    """Return a file's picture, encoded anew and without what else the file held.

    `charge` is called with the pixels before they are read, and may raise ImageError: a broken
    picture costs as much as another.
    Raises ImageError for anything that is not a PNG, JPEG, WebP or GIF of a sensible size. SVG is
    refused: it is a document that can hold scripts.
    """
    if len(data) > MOST_BYTES:
        raise ImageError(gettext("The file is larger than 5 MB; save it smaller."))
    if b"<svg" in data[:2048].lower():
        raise ImageError(gettext("SVG is not taken; save the picture as PNG."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encoded(data, charge)
    except ImageError:
        raise
    except Exception as error:  # Whatever a broken file makes a decoder raise.
        raise ImageError(gettext("The file is not a PNG, JPEG, WebP or GIF picture.")) from error


def _encoded(data: bytes, charge: Callable[[int], None] | None) -> CleanImage:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        pixels = opened.width * opened.height
        if pixels > MOST_PIXELS:
            raise ImageError(
                gettext("The picture has more than 16 million pixels; save it smaller.")
            )
        if charge:
            charge(pixels)
        is_photo = opened.format == "JPEG"
        image = ImageOps.exif_transpose(opened)
        image = image.convert("RGB" if is_photo else "RGBA")
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    # A new picture of the same pixels: text, profiles and other passengers stay behind.
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    file = io.BytesIO()
    if is_photo:
        clean.save(file, "JPEG", quality=85, optimize=True)
    else:
        clean.save(file, "PNG", optimize=True)
    media_type = "image/jpeg" if is_photo else "image/png"
    return CleanImage(media_type, image.width, image.height, file.getvalue())
