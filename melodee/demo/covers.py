"""Cover art for the demo: a few flat shapes in the colours of an album."""

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageOps

SIZE = 700
"""Pixels along the edge of a cover."""

_DRAWN = 2 * SIZE
Colours = tuple[str, str, str, str]
"""The sky's upper and lower colour, the light and the shade."""


def draw_cover(motif: str, colours: Colours, seed: str) -> bytes:
    """A square JPEG. `motif` is a key of `MOTIFS`; the same seed draws the same."""
    gradient = ImageOps.fit(Image.linear_gradient("L"), (_DRAWN, _DRAWN))
    image = Image.composite(
        Image.new("RGB", gradient.size, colours[1]), Image.new("RGB", gradient.size, colours[0]), gradient
    )
    MOTIFS[motif](ImageDraw.Draw(image), colours[2], colours[3], random.Random(seed))  # noqa: S311 (a drawing)
    made = io.BytesIO()
    ImageOps.fit(image, (SIZE, SIZE), Image.Resampling.LANCZOS).save(made, "JPEG", quality=88)
    return made.getvalue()


def _hills(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    draw.ellipse((860, 220, 1120, 480), fill=light)
    for level, colour in ((820, light), (1000, shade)):
        swing, shift = chance.uniform(60, 110), chance.uniform(0, 6)
        ridge = [
            (x, level + swing * math.sin(x / 190 + shift) + 40 * math.sin(x / 71)) for x in range(0, _DRAWN + 20, 20)
        ]
        draw.polygon([(0, _DRAWN), *ridge, (_DRAWN, _DRAWN)], fill=colour)


def _rails(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    draw.rectangle((0, 760, _DRAWN, _DRAWN), fill=shade)
    for near in (0.04, 0.1, 0.18, 0.29, 0.43, 0.61, 0.83):
        y, half = 760 + 640 * near, 40 + 440 * near
        draw.line((700 - half, y, 700 + half, y), fill=light, width=int(6 + 34 * near))
    for side in (-1, 1):
        draw.polygon([(700 + side * 12, 760), (700 + side * 330, 1400), (700 + side * 390, 1400)], fill=light)
    for _ in range(40):
        x, y, size = chance.randrange(_DRAWN), chance.randrange(640), chance.choice((4, 6, 9))
        draw.ellipse((x, y, x + size, y + size), fill=light)


def _orbits(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    for radius in range(180, 620, 110):
        draw.ellipse((700 - radius, 700 - radius, 700 + radius, 700 + radius), outline=light, width=10)
        angle = chance.uniform(0, 6.28)
        x, y = 700 + radius * math.cos(angle), 700 + radius * math.sin(angle)
        draw.ellipse((x - 34, y - 34, x + 34, y + 34), fill=shade)
    draw.ellipse((610, 610, 790, 790), fill=light)


def _lanterns(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    for x in range(160, 1400, 260):
        y = chance.randrange(280, 820)
        draw.line((x, 0, x, y), fill=shade, width=8)
        draw.rounded_rectangle((x - 85, y, x + 85, y + 240), 80, fill=light)
        for stripe in range(y + 60, y + 200, 50):
            draw.line((x - 78, stripe, x + 78, stripe), fill=shade, width=6)


def _windows(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    x = 60
    while x < 1340:
        width, top = chance.choice((180, 220, 260)), chance.randrange(420, 900)
        draw.rectangle((x, top, x + width - 20, _DRAWN), fill=shade)
        for y in range(top + 40, 1360, 90):
            for pane in range(x + 26, x + width - 70, 62):
                if chance.random() < 0.35:
                    draw.rectangle((pane, y, pane + 34, y + 46), fill=light)
        x += width


def _rain(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    draw.polygon([(120, 1180), (560, 460), (800, 840), (980, 560), (1320, 1180)], fill=shade)
    for _ in range(90):
        x, y, length = chance.randrange(_DRAWN), chance.randrange(_DRAWN), chance.randrange(40, 130)
        draw.line((x, y, x - length * 0.25, y + length), fill=light, width=5)


def _waves(draw: ImageDraw.ImageDraw, light: str, shade: str, chance: random.Random) -> None:
    for row in range(9):
        level, shift = 260 + row * 120, chance.uniform(0, 6)
        line = [
            (x, level + 44 * math.sin(x / 90 + shift) * math.sin(x * math.pi / _DRAWN))
            for x in range(0, _DRAWN + 10, 10)
        ]
        draw.line(line, fill=light if row % 2 else shade, width=22, joint="curve")


MOTIFS: dict[str, Callable[[ImageDraw.ImageDraw, str, str, random.Random], None]] = {
    "hills": _hills,
    "rails": _rails,
    "orbits": _orbits,
    "lanterns": _lanterns,
    "windows": _windows,
    "rain": _rain,
    "waves": _waves,
}
