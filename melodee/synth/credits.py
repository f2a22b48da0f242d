"""Who did what: credits as they stand in a row's jsonb, and the rows of `song_credit` that follow from them."""

import random
from dataclasses import dataclass, field

from melodee.synth.copying import NULL
from melodee.synth.kinds import INSTRUMENTS, ROLES
from melodee.synth.world import Artists

_ROLE = {name: number for number, name in enumerate(ROLES, 1)}
BIT = {name: 1 << (number - 1) for name, number in _ROLE.items()}
"""A role in `Tally.roles`."""


@dataclass
class Credits:
    """Some credits of a song, in order."""

    json: str = ""
    """Objects, with a comma before each."""
    keys: list[str] = field(default_factory=list[str])
    """Artist and role as the first fields of a row of `song_credit`, each once."""
    parts: dict[tuple[int, str], None] = field(default_factory=dict[tuple[int, str], None])
    """Ranks and roles."""
    composers: str = NULL
    """Their names, as the song shows them."""

    def __add__(self, other: "Credits") -> "Credits":
        """Both, where they have no artist in the same role."""
        composers = other.composers if self.composers == NULL else self.composers
        return Credits(self.json + other.json, self.keys + other.keys, {**self.parts, **other.parts}, composers)


class CreditSheet:
    """Writes credits. What is written of an artist is kept, since few of them have most of the songs."""

    def __init__(self, artists: Artists) -> None:
        self._artists = artists
        self._heads: dict[int, str] = {}

    def of(self, *credits_: tuple[int, str, str]) -> Credits:
        """Credits by rank, role and what they played."""
        made = Credits()
        names: list[str] = []
        for rank, role, played in credits_:
            made.json += f',{self._head(rank)}{role}","sub_role":"{played}"}}'
            if (rank, role) not in made.parts:
                made.parts[rank, role] = None
                made.keys.append(f"{self._artists.ids[rank]}\t{_ROLE[role]}\t")
            if role == "composer":
                names.append(self._artists.names[rank])
        made.composers = ", ".join(names) or NULL
        return made

    def json(self, ranks: list[int], role: str) -> str:
        """Credits of one role, as objects with commas between them."""
        return self.of(*[(rank, role, "") for rank in ranks]).json[1:]

    def behind(self, chance: random.Random, artist: int) -> list[Credits]:
        """Who stands behind the songs of an album by that artist: three sets, of which each song has one."""
        others = [self._other(chance) for _ in range(5)]
        if chance.random() < 0.45:
            others[0] = artist
        kind = chance.random()
        if kind < 0.25:
            return [Credits()] * 3
        if kind < 0.75:
            pair = [(others[0], "composer", ""), (others[1], "composer", "")]
            return [self.of(pair[0]), self.of(*pair), self.of(pair[0], (others[2], "lyricist", ""))]
        if kind < 0.85:
            made = [(others[0], "composer", ""), (others[1], "producer", "")]
            return [self.of(*made), self.of(made[1]), self.of(*made, (others[2], "remixer", ""))]
        if kind < 0.93:
            played = [(rank, "performer", INSTRUMENTS[int(10 * chance.random())]) for rank in others[2:]]
            made = [(others[0], "composer", ""), (others[1], "conductor", ""), *played]
            return [self.of(*made), self.of(*made[:4]), self.of(*made, (others[2], "performer", "voice"))]
        made = [(others[0], "composer", ""), (others[1], "arranger", "")]
        return [self.of(*made), self.of(made[0]), self.of(*made)]

    def _other(self, chance: random.Random) -> int:
        return 1 + int((len(self._artists.ids) - 1) * chance.random() ** 2)

    def _head(self, rank: int) -> str:
        head = self._heads.get(rank)
        if head is None:
            head = f'{{"id":{self._artists.ids[rank]},"name":"{self._artists.names[rank]}","role":"'
            self._heads[rank] = head
        return head
