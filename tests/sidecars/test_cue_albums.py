"""Albums in one file with a cue sheet: catalogued as tracks, the file as it was."""

import hashlib
from pathlib import Path

import pytest
from mutagen.flac import FLAC, CueSheet, CueSheetTrack, CueSheetTrackIndex

from tests.audio import make_song
from tests.library import Library

SHEET = """\
PERFORMER "Ann"
TITLE "One File"
REM DATE 1999
FILE "{name}" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Second"
    PERFORMER "Ben"
    INDEX 00 00:01:50
    INDEX 01 00:02:00
  TRACK 03 AUDIO
    TITLE "Third"
    INDEX 01 00:03:37
"""


def drop_album(library: Library, name: str = "image.wav", file: str = "image.flac", **tags: str) -> Path:
    song = make_song(library.inbound / "Rip" / file, seconds=5, seed=3, **tags)  # type: ignore[arg-type]
    (song.parent / "image.cue").write_text(SHEET.format(name=name))
    return song


def told(library: Library) -> list[tuple[object, ...]]:
    return [
        (song.track_number, song.title, song.display_artist, song.span_start_ms, song.span_end_ms)
        for song in library.songs()
    ]


def labels(library: Library) -> set[str]:
    return {label for row in library.query("select track from song_tags") for label in row.track.get("labels", ())}


TAGS = {"artist": "Ann", "album": "Album", "title": "Whole"}

TRACKS = [
    (1, "First", "Ann", 0, 2000),
    (2, "Second", "Ben", 2000, 3493),
    (3, "Third", "Ann", 3493, 5000),
]


def codes(library: Library) -> list[str]:
    return [row.code for row in library.query("select code from finding order by code")]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("image.flac", "image.flac"),
        ("image.wav", "image.flac"),
        ("IMAGE.WAV", "image.flac"),
        ("C:\\Rips\\Ann\\image.wav", "image.flac"),
        ("../../../etc/image.flac", "image.flac"),
        ("somewhere else.wav", "image.flac"),
        ("image.wav", "image.wav"),
        ("image.mp3", "image.mp3"),
    ],
)
def test_a_file_with_a_sheet_is_catalogued_as_its_tracks(library: Library, name: str, file: str):
    song = drop_album(library, name=name, file=file)
    digest = hashlib.sha256(song.read_bytes()).hexdigest()

    (batch,) = library.ingest()

    assert batch.published.songs == 3
    if file != "image.mp3":  # whose length no encoder keeps to the ms
        assert told(library) == TRACKS
    songs = library.songs()
    assert len({bytes(each.path) for each in songs}) == 1
    assert {each.album for each in songs} == {"One File"} and {each.year for each in songs} == {1999}
    assert library.states() == {"published": 2}
    assert digest in library.hashes()
    assert bytes(songs[0].path).endswith(f"/1999 - One File/{file}".encode())
    (album,) = library.query("select song_count, duration_ms, size_bytes from albums")
    assert (album.song_count, album.size_bytes) == (3, len((library.storage / songs[0].path.decode()).read_bytes()))
    tags = library.query("select id, track from song_tags order by id")
    assert [row.track["span_start_ms"] for row in tags][:2] == [0, 2000]
    assert {row.id for row in tags} == {each.id for each in songs}


def test_a_sheet_inside_the_file_cuts_it_too(library: Library):
    song = library.drop("Rip/a.flac", seconds=5, artist="Ann", album="One File", date="1999")
    file = FLAC(song)
    file["cuesheet"] = SHEET.format(name="CDImage.wav")
    file.save()
    library.ingest()
    assert told(library) == TRACKS


def test_so_does_the_block_that_flac_has_for_it(library: Library):
    song = library.drop("Rip/a.flac", seconds=5, artist="Ann", album="One File", date="1999")
    file = FLAC(song)
    sheet = CueSheet(None)
    for number, start in ((1, 0), (2, 2 * 44100), (170, 5 * 44100)):
        track = CueSheetTrack(number, start)
        if number < 100:
            track.indexes.append(CueSheetTrackIndex(1, 0))
        sheet.tracks.append(track)
    file.metadata_blocks.append(sheet)
    file.save()
    library.ingest()
    assert [row[:2] + row[3:] for row in told(library)] == [(1, "Track 01", 0, 2000), (2, "Track 02", 2000, 5000)]


def test_two_discs_of_one_file_each_are_one_album(library: Library):
    for disc in (1, 2):
        make_song(library.inbound / f"Album/CD{disc}/image.flac", seconds=5, seed=disc)
        sheet = SHEET.format(name="image.flac").replace("REM DATE", f"REM DISCNUMBER {disc}\nREM DATE")
        (library.inbound / f"Album/CD{disc}/image.cue").write_text(sheet)
    library.ingest()
    assert [(song.disc_number, song.track_number) for song in library.songs()] == [
        (disc, track) for disc in (1, 2) for track in (1, 2, 3)
    ]
    assert len(library.query("select id from albums")) == 1
    assert library.states() == {"published": 4}


@pytest.mark.parametrize(
    "names", [("One File CD1", "One File CD2"), ("CD1", "CD2"), ("Ann - One File [Disc 1]", "Ann - One File [Disc 2]")]
)
def test_two_discs_in_one_folder_are_told_apart_by_the_names_of_their_images(library: Library, names: tuple[str, str]):
    for seed, name in enumerate(names):
        make_song(library.inbound / f"Rips/{name}.flac", seconds=5, seed=seed)
        (library.inbound / f"Rips/{name}.cue").write_text(SHEET.format(name=f"{name}.wav"))
    library.ingest()
    assert [(song.disc_number, song.track_number) for song in library.songs()] == [
        (disc, track) for disc in (1, 2) for track in (1, 2, 3)
    ]
    assert len(library.query("select id from albums")) == 1
    assert library.states() == {"published": 4}


def test_a_sheet_beside_files_that_are_split_already_fills_in_their_tags(library: Library):
    lines = ['PERFORMER "Ann"', 'TITLE "Split"']
    for number in (1, 2):
        make_song(library.inbound / f"Split/{number:02}.flac", seed=number)
        lines += [
            f'FILE "{number:02}.wav" WAVE',
            f"  TRACK {number:02} AUDIO",
            f'    TITLE "Song {number}"',
            "    INDEX 01 00:00:00",
        ]
    (library.inbound / "Split/Split.cue").write_text("\n".join(lines))
    library.ingest()
    assert [row[:4] for row in told(library)] == [(1, "Song 1", "Ann", None), (2, "Song 2", "Ann", None)]
    assert [song.album for song in library.songs()] == ["Split", "Split"]


def test_the_sheet_of_an_image_that_was_split_adds_nothing(library: Library):
    for number in (1, 2, 3):
        library.drop(
            f"Split/{number:02}.flac", seed=number, title=f"Own {number}", artist="Ann", album="Split", track=number
        )
    (library.inbound / "Split/image.cue").write_text(SHEET.format(name="gone.wav"))
    library.ingest()
    assert [song.title for song in library.songs()] == ["Own 1", "Own 2", "Own 3"]
    assert library.states() == {"published": 4}


def test_a_sheet_that_does_not_fit_leaves_one_song_and_a_finding(library: Library):
    song = drop_album(library, **TAGS)
    sheet = SHEET.format(name="image.wav").replace("00:03:37", "77:00:00")
    (song.parent / "image.cue").write_text(sheet)
    library.ingest()
    assert [(each.span_start_ms, each.duration_ms) for each in library.songs()] == [(None, 5000)]
    assert "cue_disagrees" in codes(library)
    assert library.states() == {"published": 2}


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"FILE x WAVE", b"\xff" * 3_000_000])
def test_a_sheet_that_is_none_harms_nothing(library: Library, data: bytes):
    song = drop_album(library, **TAGS)
    (song.parent / "image.cue").write_bytes(data)
    library.ingest()
    assert len(library.songs()) == 1
    assert library.states() == {"published": 2}
    assert "unreadable_sidecar" in codes(library)


def test_a_sheet_that_is_a_link_is_not_followed(library: Library, tmp_path: Path):
    song = drop_album(library, **TAGS)
    secret = tmp_path / "secret.cue"
    secret.write_text(SHEET.format(name="image.wav"))
    (song.parent / "image.cue").unlink()
    (song.parent / "image.cue").symlink_to(secret)
    library.ingest()
    assert len(library.songs()) == 1
