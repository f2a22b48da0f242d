"""Which words of a title name an edition, and when two wordings are one."""

import pytest

from melodee.catalogue.edition import edition_key, joined_editions, split_edition


@pytest.mark.parametrize(
    ("title", "base", "edition"),
    [
        ("Album (Deluxe Edition)", "Album", "Deluxe Edition"),
        ("Album [Deluxe]", "Album", "Deluxe"),
        ("Album - Deluxe Edition", "Album", "Deluxe Edition"),
        ("Album: Special Edition", "Album", "Special Edition"),
        ("Album (2011 Remaster)", "Album", "2011 Remaster"),
        ("Album (Remastered 2011)", "Album", "Remastered 2011"),
        ("Album (2009 Digital Remaster)", "Album", "2009 Digital Remaster"),
        ("Album - Remastered", "Album", "Remastered"),
        ("Album (Deluxe Edition) [Remastered]", "Album", "Deluxe Edition, Remastered"),
        ("Album (20th Anniversary Super Deluxe Edition)", "Album", "20th Anniversary Super Deluxe Edition"),
        ("Album (Expanded & Remastered)", "Album", "Expanded & Remastered"),
        ("Album (Bonus Track Version)", "Album", "Bonus Track Version"),
        ("Album (Limited Edition)", "Album", "Limited Edition"),
        ("Album (Collector’s Edition)", "Album", "Collector’s Edition"),
        ("Album (Legacy Edition)", "Album", "Legacy Edition"),
        ("Album (Tour Edition)", "Album", "Tour Edition"),
        ("Album (Piano Edition)", "Album", "Piano Edition"),
        ("Album (Explicit)", "Album", "Explicit"),
        ("Album (Clean Version)", "Album", "Clean Version"),
        ("Album (Mono)", "Album", "Mono"),
        ("Album (Japanese Edition)", "Album", "Japanese Edition"),
        ("Album (UK Version)", "Album", "UK Version"),
        ("Album [Vinyl Rip]", "Album", "Vinyl Rip"),
        ("アルバム（初回限定盤）", "アルバム", "初回限定盤"),
        ("Album (Deluxe-Edition)", "Album", "Deluxe-Edition"),
        ("Album (Super-Deluxe)", "Album", "Super-Deluxe"),
        ("Album (Hi-Res)", "Album", "Hi-Res"),
        ("Album (24-bit Hi-Res)", "Album", "24-bit Hi-Res"),
        ("Album (Limited Ed.)", "Album", "Limited Ed."),
        ("Album (Edición Especial)", "Album", "Edición Especial"),
        ("Album - Edición de Lujo", "Album", "Edición de Lujo"),
        ("Album [Remasterizada]", "Album", "Remasterizada"),
        ("Album (Édition Limitée)", "Album", "Édition Limitée"),
        ("Album (Édition 20e Anniversaire)", "Album", "Édition 20e Anniversaire"),
        ("Album (Réédition)", "Album", "Réédition"),
        ("Album (Sonderedition)", "Album", "Sonderedition"),
        ("Album (Jubiläumsedition)", "Album", "Jubiläumsedition"),
        ("Album (Jubiläums-Edition)", "Album", "Jubiläums-Edition"),
        ("Album (Limitierte Auflage)", "Album", "Limitierte Auflage"),
        ("Album - Erweiterte Ausgabe", "Album", "Erweiterte Ausgabe"),
        ("Album (Edizione Speciale)", "Album", "Edizione Speciale"),
        ("Album (Edizione Oro)", "Album", "Edizione Oro"),
        ("Album (Edição Especial)", "Album", "Edição Especial"),
        ("Album (Gelimiteerde Oplage)", "Album", "Gelimiteerde Oplage"),
        ("Альбом (Юбилейное издание)", "Альбом", "Юбилейное издание"),
        ("Альбом (Переиздание)", "Альбом", "Переиздание"),
        ("A Deluxe Edition", "A", "Deluxe Edition"),
        ("Album Super Deluxe Edition", "Album", "Super Deluxe Edition"),
        ("Album, The Deluxe Edition", "Album", "The Deluxe Edition"),
        ("Album 25th Anniversary Edition", "Album", "25th Anniversary Edition"),
        ("Area 51 25th Anniversary Edition", "Area 51", "25th Anniversary Edition"),
        ("1999 Deluxe Edition", "1999", "Deluxe Edition"),
        ("1999 Remastered Edition", "1999", "Remastered Edition"),
        ("Album 2011 Remastered Edition", "Album", "2011 Remastered Edition"),
        ("Gold Deluxe Edition", "Gold", "Deluxe Edition"),
        ("!!! Deluxe Edition", "!!!", "Deluxe Edition"),
        ("What ?! Deluxe Edition", "What ?!", "Deluxe Edition"),
        ("Álbum Edición de Lujo", "Álbum", "Edición de Lujo"),
        ("Album Limitierte Sonderedition", "Album", "Limitierte Sonderedition"),
        ("Album Deluxe Edition [Remastered]", "Album", "Deluxe Edition, Remastered"),
        ("Live at Leeds (Deluxe (Remastered))", "Live at Leeds", "Deluxe (Remastered)"),
    ],
)
def test_an_edition_at_the_end_of_a_title_is_recognised(title: str, base: str, edition: str) -> None:
    assert split_edition(title) == (base, edition)


@pytest.mark.parametrize(
    "title",
    [
        "Album",
        "Album (Live)",
        "Album (Taylor's Version)",
        "Album (Original Motion Picture Soundtrack)",
        "Album (The Remixes)",
        "Tron: Legacy",
        "Justice - Special",
        "Greatest Hits (1999)",
        "Album (Disc 2)",
        "Deluxe",
        "(Deluxe Edition)",
        " - Deluxe Edition",
        "Edition",
        "Album (Edition)",
        "Album ()",
        "Album )(",
        "Remastered (",
        "The Original Version",
        "The Mono Box - Live",
        "Explicit",
        "Special Edition",
        "Limited Special Edition",
        "The Deluxe Edition",
        "25th Anniversary Edition",
        "The 25th Anniversary Super Deluxe Edition",
        "Edición Especial",
        "La Edición Especial",
        "Sonderedition",
        "Юбилейное издание",
        "First Edition",
        "Piano Edition",
        "Expedition",
        "Special Ed",
        "Vie de Luxe",
        "Album Deluxe",
        "Album (Joyeux Anniversaire)",
        "Album (Vida de Lujo)",
        "Album (The Collector)",
        "Album (Versione Italiana)",
        "Album (Co-Op)",
        "",
        "!!!",
    ],
)
def test_other_words_stay_in_the_title(title: str) -> None:
    assert split_edition(title) == (title.strip(), "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deluxe Edition", "deluxe"),
        ("Deluxe Edition", "The Deluxe Version"),
        ("Remastered 2011", "2011 Remaster"),
        ("2011 Digital Remaster", "Remastered in 2011"),
        ("Collector’s Edition", "collectors edition"),
        ("Japan Version", "Japanese Edition"),
        ("Deluxe, Remastered", "Remastered Deluxe Edition"),
        ("Deluxe-Edition", "Deluxe Edition"),
        ("Super-Deluxe", "Super Deluxe Edition"),
        ("Re-Issue", "Reissue"),
        ("Limited Ed.", "Limited Edition"),
        ("Edición de Lujo", "Deluxe Edition"),
        ("Édition Limitée", "Limited Edition"),
        ("Remasterizada", "Remastered"),
        ("Jubiläums-Edition", "Jubiläumsedition"),
        ("Edição Especial", "Special Edition"),
    ],
)
def test_one_edition_is_worded_in_several_ways(one: str, other: str) -> None:
    assert edition_key(one) == edition_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deluxe", "Super Deluxe"),
        ("Remaster", "2011 Remaster"),
        ("Mono", "Stereo"),
        ("25th Anniversary", "Anniversary"),
    ],
)
def test_what_says_more_is_another_edition(one: str, other: str) -> None:
    assert edition_key(one) != edition_key(other)


def test_statements_of_an_edition_are_joined_and_each_is_said_once() -> None:
    assert joined_editions("Deluxe Edition", "deluxe") == "Deluxe Edition"
    assert joined_editions("Deluxe Edition", "Remastered") == "Deluxe Edition, Remastered"
    assert joined_editions("Deluxe", "Deluxe Edition, Remastered") == "Deluxe Edition, Remastered"
    assert joined_editions("", "") == ""


@pytest.mark.parametrize("title", ["(" * 1000, ")" * 1000, "- " * 500, "(deluxe)" * 120, "a" + " " * 998 + "b",
    "deluxe " * 140 + "edition", "-" * 999 + "edition", "deluxe-" * 140 + "edition", "edition " * 120])  # fmt: skip
def test_hostile_titles_cost_little(title: str) -> None:
    base, _ = split_edition(title)
    assert base or not title.strip()
