"""What the rules that ship cost a track: `python -m tests.benchmarks.bench_rules`."""

import time

from melodee.audio.track import Track
from melodee.rules.load import rules_from
from melodee.rules.rule import Rules, apply
from tests.rules.tracks import track

ROUNDS = 20_000


def albums(number: int) -> list[Track]:
    """Tracks as libraries have them, twelve of an album: a title is one's own, artist and album are shared."""
    return [
        track(
            title=f"A Perfectly Ordinary Title {at} (Live at Somewhere)",
            artists=[f"Nobody in Particular {at // 48}"],
            album=f"The Album {at // 12}",
            album_artists=[f"Nobody in Particular {at // 48}"],
            composers=["Some Composer"],
            genres=["Rock", "Indie Rock"],
            comment=f"Recorded on a cold night {at // 12}.",
            track_number=at % 12 + 1,
            disc_number=1,
            raw={"TXXX:something": ["a"], "TSSE": ["Lavf"]},
        )
        for at in range(number)
    ]


MESSY = [
    track(title=f"Song {at} (feat. C)", artists=["A feat. B; D"], album="X", genres=["(17)"], comment="Ripped by E")
    for at in range(ROUNDS)
]


def microseconds(rules: Rules, given: list[Track]) -> float:
    """Of processor time for one track."""
    start = time.process_time()
    for each in given:
        apply(rules, each, "A Band/1999 - An Album/03 A Perfectly Ordinary Title.flac")
    return (time.process_time() - start) / len(given) * 1e6


def main() -> None:
    """Prints both figures, and the cost of each rule on a track that none changes."""
    clean = albums(ROUNDS)
    print(f"{microseconds(rules_from(''), clean):6.1f} µs  a track that no rule changes")
    print(f"{microseconds(rules_from(''), MESSY):6.1f} µs  a track that most change")
    for rule in rules_from("").rules:
        print(f"{microseconds(Rules((rule,)), clean):6.1f} µs  {rule.name}")


if __name__ == "__main__":
    main()
