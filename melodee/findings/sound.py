"""Judging what is heard, by the properties of the audio alone."""

from collections import Counter
from collections.abc import Iterator

from melodee.audio.track import Track
from melodee.findings.finding import Finding
from melodee.findings.subject import Subject
from melodee.settings import FindingSettings

LOSSLESS = frozenset({"flac", "alac", "pcm", "ape", "wavpack", "tta", "dsd"})
_FRUGAL = frozenset({"opus"})
"""Codecs that need half the bits of MP3 for the same sound."""


def judge(subject: Subject, settings: FindingSettings) -> Iterator[Finding]:
    """Lengths, rates, channels and formats."""
    for name, track in subject.tracks:
        yield from _one(name, track, settings)
    codecs = Counter(track.codec for _, track in subject.tracks)
    if len(codecs) > 1:
        said = ", ".join(f"{number} {codec}" for codec, number in codecs.most_common())
        yield Finding("mixed_formats", f"There are {said}.")


def _one(name: str, track: Track, settings: FindingSettings) -> Iterator[Finding]:
    seconds = track.duration_ms / 1000
    if seconds < settings.shortest_seconds:
        yield Finding("too_short", f"It takes {seconds:.1f} s.", name)
    if seconds > settings.longest_seconds:
        yield Finding("too_long", f"It takes {seconds / 3600:.1f} hours.", name)
    if not _is_lossless(track) and 0 < track.bit_rate < _least_bit_rate(track, settings.least_bit_rate):
        yield Finding("low_bit_rate", f"It has {track.bit_rate} kbps.", name)
    if 0 < track.sampling_rate < settings.least_sampling_rate:
        yield Finding("low_sampling_rate", f"It has {track.sampling_rate} Hz.", name)
    if track.channels > settings.most_channels:
        yield Finding("many_channels", f"It has {track.channels} channels.", name)


def _is_lossless(track: Track) -> bool:
    """Their bit rate says how much there is to hear, not how much was thrown away."""
    return track.codec in LOSSLESS or track.bit_depth is not None


def _least_bit_rate(track: Track, stereo: int) -> float:
    least = stereo / 2 if track.codec in _FRUGAL else stereo
    return least / 2 if track.channels == 1 else least
