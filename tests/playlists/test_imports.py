"""Playlists that come as files become the first administrator's, and are completed as their songs come."""

from pathlib import Path

from tests.library import Library


def drop(library: Library, number: int, folder: str = "Band/Album", **tags: object) -> Path:
    given: dict[str, object] = {"title": f"Song {number}", "artist": "Band", "album": "Album"}
    given |= {"track": number, "seed": number}
    return library.drop(f"{folder}/{number:02} Song {number}.mp3", **(given | tags))


def write(library: Library, path: str, *lines: str) -> Path:
    file = library.inbound / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines), "utf-8")
    return file


def playlists(library: Library) -> dict[str, list[str]]:
    """Titles by the name of the playlist."""
    rows = library.query(
        "select p.name, s.title from playlist as p join playlist_entry as e on e.playlist_id = p.id "
        "join songs as s on s.id = e.song_id order by p.name, e.position"
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row.title)
    return found


def waiting(library: Library) -> list[str]:
    return [
        row.text for row in library.query("select text from playlist_import_line where song_id is null order by line")
    ]


def test_a_playlist_beside_its_songs_becomes_one_of_ours(library: Library):
    for number in (1, 2, 3):
        drop(library, number)
    write(
        library, "Band/Album/best.m3u8",
        "#EXTM3U", "#PLAYLIST:The Best", "03 Song 3.mp3", ".\\01 Song 1.mp3", "#EXTINF:1,Band - Song 2",
        "C:\\gone\\x.mp3", "../../../etc/passwd", "03 Song 3.mp3",
    )  # fmt: skip
    library.ingest()
    assert playlists(library) == {"The Best": ["Song 3", "Song 1", "Song 2", "Song 3"]}
    (row,) = library.query(
        "select p.public, p.song_count, p.duration_ms, a.name "
        "from playlist as p join account as a on a.id = p.account_id"
    )
    assert (row.public, row.song_count, row.name) == (True, 4, "chief")
    assert row.duration_ms == sum(each.duration_ms * (2 if each.title == "Song 3" else 1) for each in library.songs())
    assert library.states() == {"published": 4}
    (warning,) = library.failures()
    assert (warning.code, warning.severity) == ("unmatched_lines", "warning")
    assert "1 of 5 lines" in warning.message and "passwd" in warning.message


def test_each_album_of_a_batch_may_have_a_list_of_the_same_names(library: Library):
    for seed, album in enumerate(("One", "Two", "Three")):
        for number in (1, 2):
            library.drop(
                f"Band/{album}/0{number}.mp3", title=f"{album} {number}", artist="Band", album=album, track=number,
                seed=2 * seed + number,
            )  # fmt: skip
    write(library, "Band/One/one.m3u", "02.mp3", "01.mp3", "../Two/01.mp3")
    write(library, "Band/Two/two.m3u", "01.mp3", "02.mp3")
    library.ingest()
    assert playlists(library) == {"one": ["One 2", "One 1", "Two 1"], "two": ["Two 1", "Two 2"]}


def test_a_list_beside_a_disc_means_that_disc(library: Library):
    for disc in (1, 2):
        library.drop(
            f"Band/Album/CD{disc}/01.mp3", title=f"Disc {disc}", artist="Band", album="Album", track=1, disc=disc,
            seed=disc,
        )  # fmt: skip
    write(library, "Band/Album/CD2/second.m3u", "01.mp3")
    library.ingest()
    assert playlists(library) == {"second": ["Disc 2"]}


def test_a_file_of_another_album_that_came_at_the_same_time_is_not_meant(library: Library):
    drop(library, 1)
    drop(library, 2, "Other/Record", artist="Other", album="Record")
    write(library, "Band/Album/mine.m3u", "01 Song 1.mp3", "02 Song 2.mp3")
    library.ingest()
    assert playlists(library) == {"mine": ["Song 1"]}
    assert waiting(library) == ["02 Song 2.mp3"]


def test_a_playlist_is_completed_when_its_other_songs_come(library: Library):
    drop(library, 1)
    write(library, "Band/Album/all.m3u", "01 Song 1.mp3", "02 Song 2.mp3")
    library.ingest()
    assert playlists(library) == {"all": ["Song 1"]}
    drop(library, 2)
    library.ingest()
    assert playlists(library) == {"all": ["Song 1", "Song 2"]}
    assert not library.failures()
    assert waiting(library) == []


def test_a_playlist_above_several_albums_is_made_of_all_of_them(library: Library):
    for album in ("One", "Two"):
        drop(library, 1, f"Band/{album}", album=album, title=f"Of {album}", seed=ord(album[0]))
    write(library, "Band/both.m3u", "Two/01 Song 1.mp3", "One/01 Song 1.mp3")
    library.ingest()
    assert playlists(library) == {"both": ["Of Two", "Of One"]}
    (row,) = library.query("select state, reason from files where kind = 'sidecar'")
    assert (row.state, row.reason) == ("ignored", "imported_playlist")


def test_a_playlist_dropped_alone_finds_songs_of_the_catalogue(library: Library):
    for number in (1, 2, 3):
        drop(library, number)
    library.ingest()
    here = library.query("select path from files where kind = 'audio' order by path")[2].path.decode()
    write(
        library, "mine.m3u",
        "D:\\Music\\Band\\Album\\02 Song 2.flac", "#EXTINF:1,Band - Song 1", "elsewhere.ogg", here,
        "#EXTINF:900,Band - Song 1", "too long.mp3", "01 Song 1.mp3",
    )  # fmt: skip
    library.ingest()
    assert playlists(library) == {"mine": ["Song 2", "Song 1", "Song 3"]}
    assert waiting(library) == ["too long.mp3", "01 Song 1.mp3"]
    assert library.states() == {"published": 3, "ignored": 1}


def test_a_playlist_of_songs_that_nobody_has_waits(library: Library):
    write(library, "dreams/dreams.m3u", "Band/Album/01 Song 1.mp3", "http://radio.example/stream")
    library.ingest()
    assert playlists(library) == {}
    assert len(waiting(library)) == 2
    drop(library, 1)
    library.ingest()
    assert playlists(library) == {"dreams": ["Song 1"]}


def test_the_same_playlist_again_changes_nothing_and_another_does(library: Library):
    for number in (1, 2):
        drop(library, number)
    library.ingest()
    file = write(library, "lists/mine.m3u", "Band/Album/01 Song 1.mp3")
    library.ingest()
    before = library.query("select id, changed_at from playlist")
    file.touch()
    library.ingest()
    assert library.query("select id, changed_at from playlist") == before
    write(library, "lists/mine.m3u", "Band/Album/02 Song 2.mp3", "Band/Album/01 Song 1.mp3")
    library.ingest()
    assert playlists(library) == {"mine": ["Song 2", "Song 1"]}
    assert [row.id for row in library.query("select id from playlist")] == [before[0].id]


def test_what_a_listener_has_edited_or_deleted_is_theirs(library: Library):
    for number in (1, 2):
        drop(library, number)
    library.ingest()
    write(library, "lists/edited.m3u", "Band/Album/01 Song 1.mp3")
    write(library, "lists/deleted.m3u", "Band/Album/01 Song 1.mp3")
    library.ingest()
    library.execute("update playlist set name = 'Mine', changed_at = now() where name = 'edited'")
    library.execute("delete from playlist where name = 'deleted'")
    for name in ("edited", "deleted"):
        write(library, f"lists/{name}.m3u", "Band/Album/02 Song 2.mp3")
    library.ingest()
    assert playlists(library) == {"Mine": ["Song 1"]}


def test_without_an_administrator_the_lines_are_kept(bare: Library):
    drop(bare, 1)
    write(bare, "Band/Album/all.m3u", "01 Song 1.mp3")
    bare.ingest()
    assert playlists(bare) == {}
    assert waiting(bare) == []


def test_names_that_every_album_has_are_not_guessed(library: Library):
    for band in ("A", "B"):
        library.drop(f"{band}/x/01.mp3", seed=ord(band), title="Intro", artist=band, album=band, track=1)
    write(library, "alone.m3u", "01.mp3", "x/01.mp3")
    library.ingest()
    assert playlists(library) == {}
    assert waiting(library) == ["01.mp3", "x/01.mp3"]


def test_a_playlist_that_is_none_is_told_of(library: Library):
    drop(library, 1)
    (library.inbound / "Band/Album/broken.m3u").write_bytes(b"\0\1\2\3" * 100)
    library.ingest()
    assert [(row.code, row.severity) for row in library.failures()] == [("unreadable_sidecar", "warning")]
    assert library.states() == {"published": 2}


def test_a_playlist_whose_name_is_as_long_as_names_are_is_one_of_ours(library: Library):
    # Letters that do not compress: more of them than an entry of an index takes.
    name = "".join(chr(0x4E00 + number * number * 7919 % 20000) for number in range(1000))
    drop(library, 1)
    write(library, "Band/Album/long.m3u8", "#EXTM3U", f"#PLAYLIST:{name}", "01 Song 1.mp3")
    library.ingest()
    assert playlists(library) == {name: ["Song 1"]}
