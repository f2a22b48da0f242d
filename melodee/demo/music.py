"""Short pieces of made-up music: a chord progression on a soft pad, a bass, an arpeggio and now and then a melody.

Plain Python on purpose (no numpy for a demo): notes are read from a table of one wave, rendered once and mixed by
slices.
"""

import math
import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add, mul

RATE = 16_000
"""Samples a second that are computed; ffmpeg raises it to 44,100."""

_WAVE = 2048
_MODES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10)}
_PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (3, 0, 4, 5)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6)),
    "dorian": ((0, 3, 0, 6), (0, 2, 3, 6), (0, 3, 6, 3)),
}
_ARPEGGIOS = ((0, 1, 2, 3, 2, 1, 2, 1), (0, 2, 1, 2, 3, 2, 1, 2), (0, 1, 2, 1, 3, 1, 2, 1), (3, 2, 1, 0, 1, 2, 1, 2))


@dataclass(frozen=True)
class Voice:
    """How an instrument sounds: it swells for `attack` seconds, then dies away, the faster the larger `decay` is."""

    loudness: float
    attack: float
    decay: float
    harmonics: tuple[float, ...]
    """Strength of each multiple of a note's frequency."""


@dataclass(frozen=True)
class Style:
    """How an artist sounds."""

    key: int
    """Semitones above C3."""
    mode: str
    """major, minor or dorian."""
    tempo: int
    """Beats a minute."""
    harmonics: tuple[float, ...]
    """Strength of each multiple of a note's frequency."""
    melody: float = 0.5
    """How often a beat has a note of the melody, 0 to 1."""


_BASS = Voice(0.3, 0.02, 0.7, (1.0, 0.25))
_HARP = Voice(0.16, 0.008, 4.0, (1.0, 0.3, 0.1))


def compose(style: Style, seconds: float, seed: str) -> bytes:
    """About `seconds` of music: mono, signed 16-bit, little-endian, at `RATE`. The same seed gives the same bytes."""
    chance = random.Random(seed)  # noqa: S311 (music, not secrets)
    beat = 60 / style.tempo
    scale = _MODES[style.mode]
    key = style.key + chance.choice((0, 0, 2, -3, 5))
    progression = chance.choice(_PROGRESSIONS[style.mode])
    arpeggio = chance.choice(_ARPEGGIOS)
    bars = max(round(seconds / (4 * beat)), 1)
    mix = array("d", bytes(8 * int((bars * 4 * beat + 1.5) * RATE)))
    pad, lead = Voice(0.13, 0.25, 0.4, style.harmonics), Voice(0.2, 0.03, 1.8, style.harmonics)
    degree = 4
    for bar in range(bars):
        at = bar * 4 * beat
        root = progression[bar % len(progression)]
        chord = [_pitch(key, scale, root + step) for step in (0, 2, 4)]
        for pitch in chord:
            _mix(mix, at, _note(pad, pitch, 4.3 * beat))
        _mix(mix, at, _note(_BASS, chord[0] - 12, 3.6 * beat))
        for place, step in enumerate(arpeggio):
            pitch = _pitch(key, scale, root + 2 * step) + 12 if step < 3 else chord[0] + 24
            _mix(mix, at + place * beat / 2, _note(_HARP, pitch, 1.2 * beat))
        for place in range(4):
            if bar and chance.random() < style.melody:
                degree = min(max(degree + chance.choice((-2, -1, 1, 1, 2)), 0), 9)
                pitch = _pitch(key, scale, degree) + 12
                _mix(mix, at + place * beat, _note(lead, pitch, 1.6 * beat))
    _fade(mix)
    loudest = max(map(abs, mix))
    return array("h", [int(value * 26_000 / loudest) for value in mix]).tobytes()


def _pitch(key: int, scale: Sequence[int], degree: int) -> int:
    """Semitones above C3 of a degree of the scale, counted from 0 and on beyond the octave."""
    octave, step = divmod(degree, 7)
    return key + scale[step] + 12 * octave


@lru_cache(maxsize=512)
def _note(voice: Voice, pitch: int, seconds: float) -> "array[float]":
    """A note's samples."""
    wave, count = _wave(voice.harmonics), int(seconds * RATE)
    step = 130.81 * 2 ** (pitch / 12) * _WAVE / RATE
    return array("d", map(mul, [wave[int(at * step) % _WAVE] for at in range(count)], _envelope(voice, count)))


@lru_cache(maxsize=64)
def _envelope(voice: Voice, count: int) -> "array[float]":
    fall = voice.decay / RATE
    levels = array("d", [voice.loudness * math.exp(-fall * at) for at in range(count)])
    rise, last = min(int(voice.attack * RATE), count), min(int(0.03 * RATE), count)
    for at in range(rise):
        levels[at] *= at / rise
    for at in range(last):
        levels[count - 1 - at] *= at / last
    return levels


@lru_cache(maxsize=32)
def _wave(harmonics: tuple[float, ...]) -> "array[float]":
    whole = sum(harmonics)
    return array(
        "d",
        (
            sum(share * math.sin(2 * math.pi * (n + 1) * at / _WAVE) for n, share in enumerate(harmonics)) / whole
            for at in range(_WAVE)
        ),
    )


def _mix(mix: "array[float]", at: float, note: "array[float]") -> None:
    start = int(at * RATE)
    end = min(start + len(note), len(mix))
    mix[start:end] = array("d", map(add, mix[start:end], note))


def _fade(mix: "array[float]") -> None:
    length = min(int(1.8 * RATE), len(mix))
    start = len(mix) - length
    for at in range(length):
        mix[start + at] *= 1 - at / length
