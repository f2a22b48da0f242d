"""How a tag that holds several names in one text is taken apart."""

from dataclasses import dataclass

from melodee.settings.source import Settings, setting, texts

WELL_KNOWN = (
    "AC/DC", "AC / DC", "AC;DC", "10 Ft. Ganja Plant", "Six Ft. Ditch", "Earth, Wind & Fire", "Earth, Wind and Fire",
    "Simon & Garfunkel", "Hall & Oates", "Tyler, The Creator", "Crosby, Stills & Nash", "Crosby, Stills, Nash & Young",
    "Emerson, Lake & Palmer", "Peter, Paul and Mary", "Peter, Paul & Mary", "Blood, Sweat & Tears", "Iron & Wine",
    "Angus & Julia Stone", "Mumford & Sons", "Sly & Robbie", "Belle & Sebastian", "Brooks & Dunn",
    "Nick Cave & the Bad Seeds", "Bob Marley & The Wailers", "Tom Petty & The Heartbreakers", "Kool & The Gang",
    "Hootie & the Blowfish", "Florence & The Machine", "Echo & the Bunnymen", "Siouxsie & the Banshees",
    "Me First & the Gimme Gimmes", "Derek & The Dominos", "Huey Lewis & The News", "Little Feat", "Chaos;Head",
    "Folk, World, & Country",
    "Folk, World & Country",
)  # fmt: skip
"""Artists and genres with something in their name that elsewhere stands between two names."""


@dataclass(frozen=True)
class NameSettings(Settings):
    """How a tag that holds several names in one text is taken apart."""

    artist_separators: tuple[str, ...] = setting("MELODEE_ARTIST_SEPARATORS", (";", " / "), texts)
    """What stands between two artists. Not `/` (AC/DC), `&` (Simon & Garfunkel), `,` (Earth, Wind & Fire) or `and`:
    they stand within names as often as between them. Guests are found by `feat.` and the like, not by these."""
    genre_separators: tuple[str, ...] = setting("MELODEE_GENRE_SEPARATORS", (";", ",", " / "), texts)
    """What stands between two genres. Not `/`: Singer/Songwriter and R&B/Soul are names of one."""
    guest_separators: tuple[str, ...] = setting("MELODEE_GUEST_SEPARATORS", (), texts)
    """What stands between two guests after `feat.`, besides the separators of artists."""
    never_split: tuple[str, ...] = setting("MELODEE_NEVER_SPLIT", (), texts)
    """Names that are one, whatever is in them, besides the well-known ones; case and accents do not count."""
