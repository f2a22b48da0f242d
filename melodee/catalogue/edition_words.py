"""The words of editions, in the languages of most albums. All of them are folded (`melodee.text.fold`)."""

from melodee.text import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(fold(words).split())


_ABROAD = {
    "anniversary": "aniversario anniversaire anniversario jubiläum jubiläums jubileum юбилейное юбилейный юбилейная",
    "collector's": "collector coleccionista coleccionistas colecionador colecionadores sammler коллекционное",
    "deluxe": "lujo luxo lusso luxus делюкс",
    "expanded": "ampliada ampliado ampliata expandida expandido augmentée erweitert erweiterte uitgebreide расширенное",
    "limited": (
        "limitada limitado limitée limitata limitato limitiert limitierte gelimiteerd gelimiteerde beperkte "
        "ограниченное лимитированное"
    ),
    "special": "especial especiales spéciale speciale spezial sonder специальное специальный",
}
"""Adjectives of other languages by what they are in English. They say something of an issue with a noun."""

_REMASTERED = (
    "remasterizado remasterizada remasterizados remasterizadas remasterisé remasterisée rimasterizzato rimasterizzata "
    "remastert remasterte geremasterd ремастер ремастеринг ремастированное ремастированный"
)
_REISSUED = "reedición réédition reedição ristampa relançamento neuauflage heruitgave переиздание"
_COMPOUNDS = {
    "special": "sonderedition sonderausgabe spezialedition spezialausgabe",
    "anniversary": "jubiläumsedition jubiläumsausgabe jubileumeditie jubileumuitgave",
    "collector's": "sammleredition sammlerausgabe",
    "deluxe": "deluxeedition luxusedition luxusausgabe",
}

COMPOUNDS = _set(" ".join(_COMPOUNDS.values()))
"""Adjective and noun in one word."""

SURE = COMPOUNDS | _set(
    f"deluxe superdeluxe expanded remaster remasters remastered anniversary aniversario reissue reissued {_REMASTERED} "
    f"{_REISSUED}"
)
"""Whoever says one of these speaks of an issue."""

ALONE = _set(
    "limited special bonus explicit clean mono stereo vinyl collector's collectors japanese hi-res hires luxe "
    "anniversaire anniversario"
)
"""Words that in brackets are enough, and after a dash want a noun: `Tron - Special` is a title."""

ABROAD = _set(" ".join(_ABROAD.values()))
"""Adjectives of other languages than English."""

WITH_NOUN = ABROAD | _set(
    "legacy extended platinum gold diamond standard japan uk us usa european australian german french canadian "
    "international import tour target walmart itunes exclusive complete ultimate definitive original digital box "
    "premium audiophile club fan first second third prestige internacional internationale internazionale"
)
"""Words that say something of an issue only with a noun: `Gold Edition`, `UK Version`, `Edición Especial`."""

NOUNS = _set(
    "edition version release pressing reissue issue ed edición edizione edição ausgabe auflage editie uitgave oplage "
    "versione versão versie издание версия"
)
_LINKS = _set(
    "the a an in of on with and & + de del della di da do du des der die das le la les el y et e und zum zur mit van "
    "het met avec con com и с к"
)
SMALL = _LINKS | _set(
    "super recording recorded mix track tracks disc discs disk cd cds lp lps dvd rip 180g audio sound lyrics content "
    "digitally year years años anos ans jahre anni jaar лет"
)
SAME = (
    {
        "remasters": "remaster", "remastered": "remaster", "japanese": "japan", "tracks": "track",
        "collectors": "collector's", "discs": "disc", "disk": "disc", "reissued": "reissue",
        "superdeluxe": "deluxe super", "hires": "hi-res", "luxe": "deluxe",
    }
    | {word: said for words in (_ABROAD, _COMPOUNDS) for said, those in words.items() for word in _set(those)}
    | dict.fromkeys(_set(_REMASTERED), "remaster")
    | dict.fromkeys(_set(_REISSUED), "reissue")
)  # fmt: skip
"""Words by the one that they are counted as; those of other languages by the English one."""

UNSAID = NOUNS - {"reissue"} | _LINKS | {"digital", "digitally"}
"""Words that make no other edition: `Deluxe`, `Deluxe Edition` and `The Deluxe Version` are one."""
