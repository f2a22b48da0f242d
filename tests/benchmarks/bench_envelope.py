"""What it costs to write an album of 50 songs: `python -m tests.benchmarks.bench_envelope`.

In one run and on one answer: our XML writer, our JSON, and ElementTree building and serialising the same document from
the same structs. The figures are the best of many rounds, so that other work on the machine counts little.
"""

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime

from melodee.subsonic.description import Body, describe, timestamp
from melodee.subsonic.envelope import Envelope, Format
from melodee.subsonic.responses import AlbumID3WithSongs, ArtistReference, Child, Contributor, ItemGenre, ReplayGain

SONGS = 50
MOMENT = timestamp(datetime(2026, 11, 22, 10, 15, tzinfo=UTC))


def album() -> AlbumID3WithSongs:
    """An album as a real library has it: one title in ten holds a character that has to be escaped."""
    band = ArtistReference(id="1025", name="Led Zeppelin")
    return AlbumID3WithSongs(
        id="8796093023232",
        name="Led Zeppelin IV",
        artist=band.name,
        artist_id=band.id,
        cover_art="al-8796093023232",
        song_count=SONGS,
        duration=SONGS * 300,
        created=MOMENT,
        year=1971,
        genre="Rock",
        genres=[ItemGenre(name="Rock")],
        artists=[band],
        song=[song(number, band) for number in range(1, SONGS + 1)],
    )


def song(number: int, band: ArtistReference) -> Child:
    """With the fields that a tagged FLAC fills."""
    title = f"Rock & Roll, part {number}" if number % 10 == 0 else f"The Battle of Evermore, part {number}"
    return Child(
        id=str(8796093023232 + number),
        parent="8796093023232",
        is_dir=False,
        title=title,
        album="Led Zeppelin IV",
        artist=band.name,
        track=number,
        year=1971,
        genre="Rock",
        cover_art="al-8796093023232",
        size=31_415_926,
        content_type="audio/flac",
        suffix="flac",
        duration=300,
        bit_rate=900,
        path=f"LZ/Led Zeppelin/1971 - Led Zeppelin IV/{number:02} - The Battle of Evermore.flac",
        is_video=False,
        disc_number=1,
        created=MOMENT,
        album_id="8796093023232",
        artist_id=band.id,
        type="music",
        media_type="song",
        bit_depth=16,
        sampling_rate=44_100,
        channel_count=2,
        sort_name=title.lower(),
        music_brainz_id="b1a9c0e9-d987-4042-ae91-78d6a3267d69",
        display_artist=band.name,
        display_album_artist=band.name,
        genres=[ItemGenre(name="Rock")],
        artists=[band],
        album_artists=[band],
        contributors=[Contributor(role="composer", artist=ArtistReference(id="2049", name="Jimmy Page"))],
        replay_gain=ReplayGain(track_gain=-7.2, track_peak=0.98),
    )


def by_element_tree(answer: Body) -> bytes:
    """The document as the standard library makes it."""
    root = ET.Element("subsonic-response", xmlns="http://subsonic.org/restapi", status="ok", version="1.16.1")
    _add(root, "album", answer)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: ET.Element, name: str, body: Body) -> None:
    element = ET.SubElement(parent, name)
    for field in describe(type(body)):
        value = getattr(body, field.name)
        if value is None:
            continue
        for item in value if field.is_list else [value]:
            if field.is_struct:
                _add(element, field.xml, item)
            elif field.is_list:
                ET.SubElement(element, field.xml).text = item
            else:
                element.set(field.xml, ("true" if item else "false") if field.kind is bool else str(item))


def best(work: Callable[[], object], rounds: int = 200) -> float:
    """Microseconds of the fastest of these rounds."""
    work()
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return 1e6 * min(times)


def main() -> None:
    """Measures and prints."""
    answer = album()
    xml, json = Envelope(), Envelope(Format.JSON)
    ours, plain, tree = (
        best(lambda: xml.ok("album", answer)),
        best(lambda: json.ok("album", answer)),
        best(lambda: by_element_tree(answer)),
    )
    print(
        f"An album of {SONGS} songs: XML {len(xml.ok('album', answer)):,} bytes, JSON {len(json.ok('album', answer)):,}"
    )
    print(f"XML, ours      {ours:7.0f} us")
    print(f"XML by tree    {tree:7.0f} us   {tree / ours:.1f} times ours")
    print(f"JSON           {plain:7.0f} us   ours is {ours / plain:.1f} times that")
    print(f"building it    {best(album):7.0f} us")


if __name__ == "__main__":
    main()
