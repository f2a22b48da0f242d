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


@pytest.mark.parametrize("title", ["(" * 1000, ")" * 1000, "- " * 500, "(deluxe)" * 120, "a" + " " * 998 + "b"])
def test_hostile_titles_cost_little(title: str) -> None:
    base, _ = split_edition(title)
    assert base or not title.strip()
