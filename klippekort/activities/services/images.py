"""Pictures as they come from people's phones, made anew: small, upright and without history."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from klippekort.domain.errors import DomainError

MOST_BYTES = 12 * 1024 * 1024
LARGE, SMALL = 1600, 640
JPEG = "image/jpeg"
_READ = ("JPEG", "PNG", "WEBP")
# A phone takes 50 million points; beyond that a small file could unfold to fill the memory.
_MOST_POINTS = 60_000_000
_WHITE = (255, 255, 255)


class NotAPicture(DomainError):
    """The file is no photo in a format we read, or it is broken."""


class PictureTooLarge(DomainError):
    """The file, or the picture in it, is larger than anybody needs."""


class TooManyPoints(PictureTooLarge):
    """The file is small enough, the picture in it is not."""


@dataclass(frozen=True)
class Made:
    """A picture in two sizes; `width` and `height` are those of the large one, in points."""

    media_type: str
    width: int
    height: int
    large: bytes
    small: bytes


def remake(content: bytes) -> Made:
    """Return a picture made anew from an uploaded file.

    Nothing of the file itself is kept: no place it was taken at, no comments, no script. Raises
    PictureTooLarge, TooManyPoints and NotAPicture.
    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge
    picture = _upright(content)
    large = _fitting(picture, LARGE)
    width, height = large.size
    return Made(JPEG, width, height, _jpeg(large), _jpeg(_fitting(large, SMALL)))


def _upright(content: bytes) -> Any:
    """Return the picture in a file as plain points, turned the way it was held."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  slow to load

    try:
        with Image.open(BytesIO(content), formats=_READ) as opened:
            if opened.width * opened.height > _MOST_POINTS:
                raise TooManyPoints
            # A JPEG is read no larger than it will be shown, which saves memory.
            opened.draft("RGB", (2 * LARGE, 2 * LARGE))
            opened.load()
            return _on_white(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError as bomb:
        raise TooManyPoints from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as broken:
        raise NotAPicture from broken


def _on_white(picture: Any) -> Any:
    from PIL import Image  # noqa: PLC0415

    if picture.mode == "RGB":
        return picture
    layered = picture.convert("RGBA")
    plain = Image.new("RGB", layered.size, _WHITE)
    plain.paste(layered, mask=layered.getchannel("A"))
    return plain


def _fitting(picture: Any, most: int) -> Any:
    shown = picture.copy()
    shown.thumbnail((most, most))
    return shown


def _jpeg(picture: Any) -> bytes:
    from PIL import Image  # noqa: PLC0415

    plain = Image.new("RGB", picture.size)
    plain.paste(picture)  # points only: what else the file said stays behind
    written = BytesIO()
    plain.save(written, "JPEG", quality=82, optimize=True, progressive=True)
    return written.getvalue()
