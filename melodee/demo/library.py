"""What is in the demo: seven made-up records in every format of the main job, and how their artists sound."""

from dataclasses import dataclass, field

from melodee.demo.covers import Colours
from melodee.demo.music import Style

AURORA = "Aurora Lines"
TRAIN = "Ночной Поезд"
CAFE = "Café Orbital"
LANTERNS = "The Paper Lanterns"
MOUNTAIN = "山の音"
MIRA = "Mira Sol"

STYLES = {
    AURORA: Style(2, "major", 76, (1.0, 0.25, 0.12), 0.3),
    TRAIN: Style(-3, "minor", 104, (1.0, 0.5, 0.33, 0.25, 0.2), 0.6),
    CAFE: Style(5, "dorian", 92, (1.0, 0.1, 0.4, 0.05, 0.15), 0.7),
    LANTERNS: Style(0, "major", 112, (1.0, 0.4, 0.2, 0.1), 0.5),
    MOUNTAIN: Style(-5, "minor", 66, (1.0, 0.0, 0.3, 0.0, 0.12), 0.8),
    MIRA: Style(4, "dorian", 84, (1.0, 0.6, 0.1), 0.6),
}


@dataclass(frozen=True)
class Song:
    """One song; `artists` only where they differ from the album's."""

    title: str
    seconds: float
    artists: tuple[str, ...] = ()
    lyrics: str = ""
    format: str = ""
    """Where it differs from the album's."""


@dataclass(frozen=True)
class Album:
    """One album: its discs are lists of songs."""

    artist: str
    title: str
    year: str
    genres: tuple[str, ...]
    format: str
    """mp3, flac, aac, alac, ogg, opus, wav or aiff."""
    motif: str
    colours: Colours
    discs: tuple[tuple[Song, ...], ...]
    embedded: bool = True
    """Whether the cover is inside the songs; otherwise it lies beside them."""
    compilation: bool = False
    release_type: str = "album"
    further: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    disc_titles: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The name of the folder that it is dropped as."""
        return f"{self.artist} - {self.title} ({self.year[:4]})"


ALBUMS: tuple[Album, ...] = (
    Album(
        AURORA,
        "Northern Room",
        "2019-03-08",
        ("Ambient", "Electronic"),
        "flac",
        "hills",
        ("#1d3b53", "#6fb3a8", "#f2e3bc", "#14252f"),
        (
            (
                Song("First Light", 14),
                Song("Snow on the Aerial", 12),
                Song("Harbour, Frozen", 11),
                Song("Northern Room", 15),
                Song("What the Radiator Said", 10),
            ),
        ),
        embedded=False,
        further={"labels": ["Tin Roof Records"], "catalogue_numbers": ["TIN-019"], "moods": ["Calm"]},
    ),
    Album(
        TRAIN,
        "Тихая станция",
        "2008",
        ("Synthpop",),
        "mp3",
        "rails",
        ("#2a1238", "#b0355c", "#ffd9a0", "#1a0b24"),
        (
            (
                Song("Отправление", 9),
                Song("Огни за окном", 13),
                Song("Чай в подстаканнике", 11),
                Song("Тихая станция", 14, lyrics="Тихая станция,\nникто не выходит.\n\nТолько снег."),
                Song("Рассвет", 10),
            ),
        ),
        further={"artist_sort": ["Nochnoy Poezd"], "album_artist_sort": ["Nochnoy Poezd"]},
    ),
    Album(
        CAFE,
        "Double Espresso",
        "2014-10-20",
        ("Jazz", "Downtempo"),
        "aac",
        "orbits",
        ("#3b2314", "#a8683a", "#f6e7d2", "#1c100a"),
        (
            (Song("Grind", 9), Song("Crema", 12), Song("Two Sugars", 10)),
            (Song("Night Shift", 13), Song("Saucer", 8), Song("Déjà Bu", 12)),
        ),
        further={"original_date": ["2013"]},
        disc_titles=("Morning", "Evening"),
    ),
    Album(
        LANTERNS,
        "Live at the Boathouse",
        "2021-08-14",
        ("Indie Pop",),
        "opus",
        "lanterns",
        ("#10243e", "#31507a", "#ffb35c", "#0b1628"),
        (
            (
                Song("Come In, It’s Open", 10),
                Song("Kite String", 12, artists=(LANTERNS, MIRA)),
                Song("Half a Map", 11),
                Song("Encore (for Nobody)", 9),
            ),
        ),
        release_type="ep",
        further={"album_artist_sort": ["Paper Lanterns, The"]},
    ),
    Album(
        "Various Artists",
        "Small Hours: A Late-Night Selection",
        "2016",
        ("Electronic", "Downtempo"),
        "ogg",
        "windows",
        ("#0e1330", "#3d3a78", "#ffe08a", "#070a1c"),
        (
            (
                Song("Last Tram", 11, artists=(AURORA,)),
                Song("Полночь", 10, artists=(TRAIN,)),
                Song("Ristretto", 9, artists=(CAFE,)),
                Song("Tres de la mañana", 12, artists=(MIRA,)),
                Song("月あかり", 11, artists=(MOUNTAIN,)),
            ),
        ),
        compilation=True,
    ),
    Album(
        MOUNTAIN,
        "雨のあと",
        "2011-06",
        ("Folk",),
        "alac",
        "rain",
        ("#5b7f86", "#c9d6cf", "#eef4f0", "#33494f"),
        ((Song("雨のあと", 13), Song("竹の道", 10), Song("帰り道", 12)),),
        further={"artist_sort": ["Yama no Oto"], "album_artist_sort": ["Yama no Oto"]},
    ),
    Album(
        MIRA,
        "Tape Tests",
        "1998",
        ("Experimental",),
        "wav",
        "waves",
        ("#1f4d3a", "#7fb069", "#fff3b0", "#12301f"),
        ((Song("Test A", 6), Song("Test B", 7), Song("Test C", 6, format="aiff"), Song("Test D", 7, format="aiff")),),
        embedded=False,
    ),
)
