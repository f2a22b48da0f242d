"""Notes on albums and artists."""

import pytest

from melodee.sidecars.errors import UnreadableSidecar
from melodee.sidecars.nfo import parse_nfo

MBID = "1b022e01-4da6-387b-8658-8678046e4cef"


def test_an_album_of_a_media_centre_has_a_review_and_facts():
    notes = parse_nfo(
        f"""<?xml version="1.0" encoding="UTF-8"?>
        <album><title>The Album</title><review>Great &amp; loud.\nTwice.</review><genre>Rock</genre><genre>Pop</genre>
        <style>Prog</style><rating>8.5</rating><musicbrainzalbumid>{MBID.upper()}</musicbrainzalbumid>
        <musicbrainzreleasegroupid>nonsense</musicbrainzreleasegroupid><path>/secret</path></album>
        https://musicbrainz.example/release""".encode()
    )
    assert (notes.about, notes.text, notes.is_art) == ("album", "Great & loud.\nTwice.", False)
    assert notes.facts == {
        "title": ["The Album"], "genre": ["Rock", "Pop"], "style": ["Prog"], "rating": ["8.5"], "mb_release_id": [MBID],
    }  # fmt: skip


def test_an_artist_has_a_biography():
    notes = parse_nfo(b"<artist><name>The Band</name><biography>Met in 1966.</biography></artist>")
    assert (notes.about, notes.text, notes.facts) == ("artist", "Met in 1966.", {"name": ["The Band"]})


def test_text_art_is_kept_as_it_is_looked_at():
    notes = parse_nfo("╔═══╗\r\n║ The Album ║\r\n╚═══╝".encode("cp437"))
    assert (notes.text, notes.is_art) == ("╔═══╗\n║ The Album ║\n╚═══╝", True)


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><album><review>&x;</review></album>',
        b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<album><review>&b;</review></album>',
        b"<?xml version='1.0'?><movie><title>No music</title></movie>",
        b"<album><title>Broken</album>",
        b"<album>" + b"<a>" * 100 + b"</a>" * 100 + b"</album>",
        b"\0\1\2\3" * 50,
        b"",
    ],
)
def test_traps_and_other_things_are_refused_or_harmless(data: bytes):
    try:
        notes = parse_nfo(data)
    except UnreadableSidecar:
        return
    assert notes.is_art, "it was taken for text, in which nothing is resolved"
    assert "root:" not in notes.text and "hahaha" not in notes.text
