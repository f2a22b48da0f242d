"""Cover art by Pillow: what an image is, smaller versions of it, and what is shown where there is none.

Images come out of other people's files, so only five formats are decoded, an image of more than 50 megapixels never is
(12 KB of PNG can hold 100), and whatever a decoder raises becomes `BrokenImage`.
"""

import hashlib
import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from PIL import Image, ImageDraw, ImageOps

from melodee.errors import MelodeeError

LARGEST_PIXELS = 50_000_000
LARGEST_FILE = 64 << 20
"""Bytes of an image file that is read at all."""

LARGEST_SIZE = 4096
"""Pixels along the longer edge of what `resize` and `placeholder` make."""

Source = bytes | str | os.PathLike[str]
Placeholder = Literal["album", "artist", "playlist"]

_MIMES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with more pictures behind it, as telephones make them
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
}
_DECODED = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_ORIENTATION = 0x0112
_UPRIGHT = 1
_LARGEST_PROFILE = 1 << 16
_SERVED_AS_THEY_ARE = frozenset({"image/jpeg", "image/png"})

# Pillow would only warn between 89 and 178 megapixels; `_opened` is stricter, and in every thread.
Image.MAX_IMAGE_PIXELS = None


class BrokenImage(MelodeeError):
    """The image could not be read."""

    code: ClassVar[str] = "broken_image"


class ImageTooLarge(MelodeeError):
    """The image is too large to be decoded."""

    code: ClassVar[str] = "image_too_large"


class Picture(NamedTuple):
    """An image as it is stored; sizes in pixels, not turned by its EXIF orientation."""

    width: int
    height: int
    mime: str
    sha256: bytes
    """Of the image's bytes."""


def probe(source: Source) -> Picture:
    """What the image is, from its header. Raises `BrokenImage`, `ImageTooLarge`.

    The checksums of a PNG are verified; a JPEG whose end is missing is only noticed when it is decoded.
    """
    data = _bytes(source)
    with _opened(data, source) as image:
        picture = Picture(image.width, image.height, _MIMES[image.format or ""], hashlib.sha256(data).digest())
        image.verify()
        return picture


def resize(source: Source, size: int, *, mime: str = "") -> bytes:
    """The image with a longer edge of at most `size` pixels, upright, never enlarged; of an animation the first frame.

    `mime` is image/jpeg, image/png or image/webp; by default JPEG, or PNG where the image is transparent. What already
    is as it should be comes back as it is. Raises `BrokenImage`, `ImageTooLarge`.
    """
    data = _bytes(source)
    size = min(max(size, 1), LARGEST_SIZE)
    with _opened(data, source) as image:
        kept = {mime} if mime else _SERVED_AS_THEY_ARE
        turned = image.getexif().get(_ORIENTATION, _UPRIGHT) != _UPRIGHT
        if max(image.size) <= size and _MIMES[image.format or ""] in kept and not turned and image.mode != "CMYK":
            return data
        profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA") else None
        image.draft("RGB", (size, size))  # a JPEG is decoded at an eighth to a half of its size, if that is enough
        made = _in_colour(image)
        made.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
        made = ImageOps.exif_transpose(made)
        return _encoded(made, mime, profile)


def mime_of(data: bytes) -> str:
    """The media type of an image that `resize` or `placeholder` made."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if data[8:12] == b"WEBP" else "image/jpeg"


@lru_cache(maxsize=64)
def placeholder(kind: Placeholder, size: int) -> bytes:
    """A plain square PNG of `size` pixels for what has no picture: a record, a person, a list."""
    size = min(max(size, 16), LARGEST_SIZE)
    drawn = 1024
    image = Image.new("RGB", (drawn, drawn), "#2b3340")
    draw = ImageDraw.Draw(image)
    _DRAWN[kind](draw)
    made = io.BytesIO()
    ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS).quantize(64, dither=Image.Dither.NONE).save(
        made, "PNG", optimize=True
    )
    return made.getvalue()


def _disc(draw: ImageDraw.ImageDraw, x: int, y: int, radius: int, colour: str) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _draw_record(draw: ImageDraw.ImageDraw) -> None:
    for radius, colour in ((400, "#11151b"), (340, "#1a2028"), (334, "#11151b"), (270, "#1a2028"), (264, "#11151b")):
        _disc(draw, 512, 512, radius, colour)
    _disc(draw, 512, 512, 150, "#d98e4a")
    _disc(draw, 512, 512, 26, "#2b3340")


def _draw_person(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((192, 600, 832, 1240), fill="#8fa3bf")
    _disc(draw, 512, 400, 190, "#2b3340")
    _disc(draw, 512, 400, 166, "#8fa3bf")


def _draw_list(draw: ImageDraw.ImageDraw) -> None:
    for y in (300, 470, 640):
        draw.rounded_rectangle((220, y, 804 if y < 600 else 560, y + 64), 32, fill="#8fa3bf")
    _disc(draw, 690, 760, 74, "#d98e4a")
    draw.rectangle((734, 580, 764, 760), fill="#d98e4a")


_DRAWN = {"album": _draw_record, "artist": _draw_person, "playlist": _draw_list}


def _bytes(source: Source) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        try:
            with Path(source).open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise BrokenImage(f"{error.strerror or error}.", path=os.fspath(source)) from error
    if len(data) > LARGEST_FILE:
        raise ImageTooLarge(f"It has more than {LARGEST_FILE >> 20} MB.", path=_path(source))
    return data


def _path(source: Source) -> str | None:
    return None if isinstance(source, bytes) else os.fspath(source)


@contextmanager
def _opened(data: bytes, source: Source) -> Generator[Image.Image]:
    """The image, its header read. What goes wrong inside is raised as `BrokenImage`."""
    try:
        with Image.open(io.BytesIO(data), formats=_DECODED) as image:
            _refuse_too_large(image, source)
            yield image
    except MelodeeError:
        raise
    except Image.UnidentifiedImageError as error:
        raise BrokenImage("It is no JPEG, PNG, GIF, WebP or BMP.", path=_path(source)) from error
    except Exception as error:  # broken bytes lead Pillow's decoders to any error: syntax, struct's, zlib's, value …
        said = str(error)[:200] or type(error).__name__
        raise BrokenImage(f"Its decoder says: {said}.", path=_path(source)) from error


def _refuse_too_large(image: Image.Image, source: Source) -> None:
    pixels = image.width * image.height
    if pixels > LARGEST_PIXELS:
        raise ImageTooLarge(f"It has {pixels / 1e6:,.0f} megapixels.", path=_path(source))


def _in_colour(image: Image.Image) -> Image.Image:
    """The image as RGB, or as RGBA where a pixel is transparent; palettes and bitmaps scale badly as they are."""
    if image.mode == "I;16":  # Pillow would cut 16 bits off at 255; the upper byte of each is what is wanted
        image = Image.frombytes("L", image.size, image.tobytes("raw", "I;16")[1::2])
    if not image.has_transparency_data:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    lowest, _ = coloured.getchannel("A").getextrema()
    return coloured if isinstance(lowest, (int, float)) and lowest < 255 else coloured.convert("RGB")


def _encoded(image: Image.Image, mime: str, profile: bytes | None) -> bytes:
    mime = mime or ("image/png" if image.mode == "RGBA" else "image/jpeg")
    made = io.BytesIO()
    profile = profile if profile and len(profile) <= _LARGEST_PROFILE else None
    if mime == "image/webp":
        image.save(made, "WEBP", quality=80, icc_profile=profile)
    elif mime == "image/png":
        image.save(made, "PNG", icc_profile=profile)
    else:
        if image.mode == "RGBA":
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
        image.save(made, "JPEG", quality=85, icc_profile=profile)
    return made.getvalue()
