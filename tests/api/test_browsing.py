"""Browsing by tags and by folders. `d1` and the like are items of the list of behaviours that players depend on."""

import itertools
import re

from lxml import etree

from melodee.text import IGNORED_ARTICLES
from melodee_api import artist_walk, view
from tests.api.shelf import Shelf


def test_d8_songs_of_an_album_come_by_disc_and_track(shelf: Shelf):
    songs = [
        {"title": "D", "disc_number": 2, "track_number": 1},
        {"title": "B", "disc_number": 1, "track_number": 2},
        {"title": "A", "disc_number": 1, "track_number": 1},
        {"title": "C", "disc_number": 1, "track_number": 10},
    ]
    album = shelf.album(songs=songs, disc_titles={1: "First", 2: "Second"})

    answer = shelf.listener.ask("getAlbum", id=album.id)

    assert [song["title"] for song in answer["song"]] == ["A", "B", "C", "D"]
    assert answer["discTitles"] == [{"disc": 1, "title": "First"}, {"disc": 2, "title": "Second"}]


def test_d8_an_album_of_more_songs_than_its_ids_have_room_for_is_whole(shelf: Shelf):
    album = shelf.album(songs=1100)

    answer = shelf.listener.ask("getAlbum", id=album.id)

    assert [song["title"] for song in answer["song"]] == [f"Song {number}" for number in range(1, 1101)]
    assert len({song["id"] for song in answer["song"]}) == 1100
    assert answer["songCount"] == 1100


def test_a_song_that_moved_to_another_album_is_shown_there_and_not_where_its_id_lies(shelf: Shelf):
    old, new = shelf.album("Old", songs=2), shelf.album("New", songs=1)
    moved = old.songs[1]
    shelf.query("update songs set album_id = :new where id = :id", new=int(new.id), id=int(moved))
    shelf.query("insert into song_of_album_elsewhere values (:new, :id)", new=int(new.id), id=int(moved))

    assert [song["id"] for song in shelf.listener.ask("getAlbum", id=old.id)["song"]] == [old.songs[0]]
    assert moved in [song["id"] for song in shelf.listener.ask("getAlbum", id=new.id)["song"]]


def test_d8_an_artist_has_the_albums_that_are_theirs_and_those_they_appear_on(shelf: Shelf):
    own = shelf.album("Own", "Ella", year=1960)
    mix = shelf.album("Mix", "Various Artists", [{"title": "Duet", "artists": ["Ella"]}], year=1950)

    answer = shelf.listener.ask("getArtist", id=own.artist)

    assert [album["id"] for album in answer["album"]] == [mix.id, own.id]
    assert answer["albumCount"] == 2
    assert answer["roles"] == ["albumartist", "artist"]


def test_an_artist_who_only_appears_is_not_in_the_list_of_artists_but_has_a_page(shelf: Shelf):
    mix = shelf.album("Mix", "Various Artists", [{"title": "Duet", "artists": ["Guest Only"]}])
    song = shelf.listener.ask("getSong", id=mix.songs[0])

    names = [artist["name"] for index in shelf.listener.ask("getArtists")["index"] for artist in index["artist"]]

    assert names == ["Various Artists"]
    assert shelf.listener.ask("getArtist", id=song["artistId"])["album"][0]["id"] == mix.id


def test_d1_artists_stand_below_letters_without_their_articles(shelf: Shelf):
    for name in ("The Beatles", "Beck", "50 Cent", "÷", "Кино", "Ólafur", "!!!"):
        shelf.album(artist=name)

    for endpoint in ("getArtists", "getIndexes"):
        answer = shelf.listener.ask(endpoint)

        assert answer["ignoredArticles"] == IGNORED_ARTICLES
        assert answer["lastModified"] > 1_600_000_000_000
        letters = {index["name"]: [artist["name"] for artist in index["artist"]] for index in answer["index"]}
        assert letters == {
            "#": ["!!!", "50 Cent", "÷"], "B": ["The Beatles", "Beck"], "O": ["Ólafur"], "\u041a": ["Кино"],
        }  # fmt: skip
        assert len(answer["index"]) == len(letters)


def test_d1_nothing_comes_when_nothing_has_changed_since(shelf: Shelf):
    shelf.album()
    first = shelf.listener.ask("getIndexes")

    again = shelf.listener.ask("getIndexes", ifModifiedSince=first["lastModified"])
    assert again == first | {"index": []}

    shelf.album(artist="Somebody New")
    changed = shelf.listener.ask("getIndexes", ifModifiedSince=first["lastModified"])
    assert changed["lastModified"] > first["lastModified"]
    assert changed["index"]


def test_d1_many_artists_come_in_pieces_and_each_letter_once(shelf: Shelf, monkeypatch):
    names = [f"{letter}{number:02}" for letter in "abc" for number in range(7)]
    for name in reversed(names):
        shelf.album(artist=name)

    whole = {endpoint: shelf.listener.ask(endpoint) for endpoint in ("getArtists", "getIndexes")}
    directory = shelf.listener.ask("getMusicDirectory", id=shelf.folder)
    for size, few in itertools.product((2, 7, 21), (0, 20, 21)):
        monkeypatch.setattr(artist_walk, "BATCH", size)
        monkeypatch.setattr(artist_walk, "FEW", few)
        for endpoint, answer in whole.items():
            assert shelf.listener.ask(endpoint) == answer
            document = shelf.listener.request(endpoint, f="xml").content
            found = etree.fromstring(document).iterfind(".//{http://subsonic.org/restapi}artist")
            assert [artist.get("name") for artist in found if artist.get("id")] == names
        assert shelf.listener.ask("getMusicDirectory", id=shelf.folder) == directory

    assert [index["name"] for index in whole["getArtists"]["index"]] == ["A", "B", "C"]
    assert [child["title"] for child in directory["child"]] == names


def test_long_lists_of_albums_and_songs_come_in_pieces(shelf: Shelf, monkeypatch):
    album = shelf.album(songs=9)
    for number in range(4):
        shelf.album(f"Another {number}")
    asked = [("getAlbum", album.id), ("getArtist", album.artist), ("getMusicDirectory", album.artist)]

    whole = [shelf.listener.ask(endpoint, id=number) for endpoint, number in asked]
    monkeypatch.setattr(view, "BATCH", 2)

    assert [shelf.listener.ask(endpoint, id=number) for endpoint, number in asked] == whole
    assert len(whole[0]["song"]) == 9
    assert len(whole[1]["album"]) == 5


def test_d2_directories_lead_from_the_folder_to_the_songs_and_back(shelf: Shelf):
    album = shelf.album("Album", "Artist", 2)

    folder = shelf.listener.ask("getMusicDirectory", id=shelf.folder)
    artist = shelf.listener.ask("getMusicDirectory", id=folder["child"][0]["id"])
    songs = shelf.listener.ask("getMusicDirectory", id=artist["child"][0]["id"])

    assert [child["isDir"] for child in folder["child"] + artist["child"] + songs["child"]] == [
        True,
        True,
        False,
        False,
    ]
    assert (folder["child"][0]["id"], artist["child"][0]["id"]) == (album.artist, album.id)
    assert [song["id"] for song in songs["child"]] == album.songs
    assert "parent" not in folder
    assert (artist["parent"], songs["parent"]) == (str(shelf.folder), album.artist)
    assert {song["parent"] for song in songs["child"]} == {album.id}


def test_b8_a_song_has_what_players_rely_on(shelf: Shelf):
    track = {
        "title": "Überall", "artists": ["Ann", "Bob"], "duration_ms": 185_600, "size": 3 << 31, "bit_rate": 912,
        "bit_depth": 24, "path": "Ann/Überall.flac", "genres": ["Jazz", "Blues"], "disc_number": 2,
        "isrcs": ["USSM18300073"], "moods": ["calm"], "bpm": 120, "comment": "recorded live", "explicit": "clean",
        "track_gain": -7.03, "track_peak": 0.98, "composers": ["Cid"],
        "mb_recording_id": "189002e7-3285-4e2e-92a3-7f6c30d407a2", "title_sort": "Ueberall",
    }  # fmt: skip
    album = shelf.album("Live", ["Ann", "Dee"], [track], year=1999)

    song = shelf.listener.ask("getSong", id=album.songs[0])

    created = song.pop("created")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", created)
    ann, bob = song["artists"]
    cid = song["contributors"][0]["artist"]["id"]
    assert song == {
        "id": album.songs[0], "parent": album.id, "albumId": album.id, "artistId": album.artist, "isDir": False,
        "isVideo": False, "type": "music", "mediaType": "song", "title": "Überall", "sortName": "ueberall",
        "album": "Live", "artist": "Ann, Bob", "displayArtist": "Ann, Bob", "displayAlbumArtist": "Ann & Dee",
        "displayComposer": "Cid", "artists": [{"id": album.artist, "name": "Ann"}, {"id": bob["id"], "name": "Bob"}],
        "albumArtists": [ann, {"id": song["albumArtists"][1]["id"], "name": "Dee"}],
        "contributors": [{"role": "composer", "artist": {"id": cid, "name": "Cid"}}],
        "track": 1, "discNumber": 2, "year": 1999, "genre": "Jazz", "genres": [{"name": "Jazz"}, {"name": "Blues"}],
        "coverArt": f"al-{album.id}", "size": 3 << 31, "duration": 186, "bitRate": 912, "bitDepth": 24,
        "samplingRate": 44100, "channelCount": 2, "suffix": "flac", "contentType": "audio/flac",
        "path": "Ann/Überall.flac", "playCount": 0, "isrc": ["USSM18300073"], "moods": ["calm"], "bpm": 120,
        "comment": "recorded live", "explicitStatus": "clean", "groupings": [], "works": [], "movements": [],
        "musicBrainzId": "189002e7-3285-4e2e-92a3-7f6c30d407a2",
        "replayGain": {"trackGain": -7.03, "trackPeak": 0.98},
    }  # fmt: skip


def test_b7_what_is_not_known_is_left_out_or_empty_as_the_specifications_want(shelf: Shelf):
    album = shelf.album(songs=[{"title": "Bare", "track_number": None}])

    song = shelf.listener.ask("getSong", id=album.songs[0])

    assert not {"track", "discNumber", "year", "genre", "userRating", "averageRating", "starred", "played"} & set(song)
    assert (song["bpm"], song["comment"], song["musicBrainzId"], song["replayGain"]) == (0, "", "", {})
    assert (song["genres"], song["isrc"], song["contributors"]) == ([], [], [])


def test_b9_b15_an_album_has_what_players_rely_on(shelf: Shelf):
    album = shelf.album(
        "Äon", "Ann", 3, year=2001, genres=["Jazz"], release_date="2001-05", original_date="1999-12-31",
        release_types=["album", "live"], labels=["ECM"], edition="Remaster", moods=["calm"], explicit="explicit",
        mbid="ad0f112b-6dcf-83de-5e9c-ae85d07f0d35",
    )  # fmt: skip

    answer = shelf.listener.ask("getAlbum", id=album.id)

    assert len(answer.pop("song")) == 3
    assert answer.pop("created")
    assert answer == {
        "id": album.id, "name": "Äon", "sortName": "aon", "version": "Remaster", "artist": "Ann",
        "artistId": album.artist, "displayArtist": "Ann", "artists": [{"id": album.artist, "name": "Ann"}],
        "coverArt": f"al-{album.id}", "songCount": 3, "duration": 3, "playCount": 0, "year": 2001, "genre": "Jazz",
        "genres": [{"name": "Jazz"}], "isCompilation": False, "explicitStatus": "explicit", "moods": ["calm"],
        "releaseTypes": ["album", "live"], "recordLabels": [{"name": "ECM"}], "discTitles": [],
        "releaseDate": {"year": 2001, "month": 5}, "originalReleaseDate": {"year": 1999, "month": 12, "day": 31},
        "musicBrainzId": "ad0f112b-6dcf-83de-5e9c-ae85d07f0d35",
    }  # fmt: skip


def test_b10_albums_in_folders_carry_title_album_and_name(shelf: Shelf):
    album = shelf.album("Äon", "Ann", 3, year=2001)

    (child,) = shelf.listener.ask("getAlbumList", type="newest")["album"]

    assert [child[name] for name in ("id", "title", "album", "name", "isDir", "parent", "songCount")] == [
        album.id, "Äon", "Äon", "Äon", True, album.artist, 3,
    ]  # fmt: skip


def test_b11_an_artist_has_an_id_a_name_a_count_and_a_cover(shelf: Shelf):
    album = shelf.album(artist="Ann")

    artist = shelf.listener.ask("getArtists")["index"][0]["artist"][0]

    assert artist == {
        "id": album.artist, "name": "Ann", "albumCount": 1, "coverArt": f"ar-{album.artist}", "sortName": "ann",
        "musicBrainzId": "", "disambiguation": "", "roles": ["albumartist", "artist"],
    }  # fmt: skip


def test_d6_an_account_sees_its_folders_and_nothing_of_others(shelf: Shelf):
    hidden = shelf.another_folder(shelf.root / "hidden")
    album = shelf.album("Secret", "Nobody", 1, folder=hidden, genres=["Hidden"])
    listener = shelf.listener

    assert [folder["id"] for folder in listener.ask("getMusicFolders")["musicFolder"]] == [shelf.folder]
    for endpoint, number in (
        ("getAlbum", album.id), ("getArtist", album.artist), ("getSong", album.songs[0]), ("stream", album.songs[0]),
        ("download", album.songs[0]), ("getMusicDirectory", album.id), ("getMusicDirectory", album.artist),
        ("getMusicDirectory", hidden), ("getCoverArt", album.id), ("star", album.songs[0]),
    ):  # fmt: skip
        assert listener.error(endpoint, id=number) == 70
    for endpoint in ("getArtists", "getIndexes"):
        assert listener.ask(endpoint)["index"] == []
    for type_ in ("newest", "alphabeticalByName", "alphabeticalByArtist", "random"):
        assert listener.ask("getAlbumList2", type=type_)["album"] == []
    assert listener.ask("getRandomSongs")["song"] == []
    assert listener.ask("getSongsByGenre", genre="Hidden")["song"] == []
    assert "Hidden" not in [genre["value"] for genre in listener.ask("getGenres")["genre"]]
    for query in ("Secret", "Nobody", ""):
        assert listener.ask("search3", query=query) == {"artist": [], "album": [], "song": []}
    assert listener.error("getArtists", musicFolderId=hidden) == 70


def test_d6_music_folder_id_may_be_repeated_and_filters(shelf: Shelf):
    other = shelf.another_folder(shelf.root / "other")
    here, there = shelf.album("Here"), shelf.album("There", folder=other)
    both = shelf.another_listener(shelf.folder, other)

    def newest(**params: object) -> set[str]:
        return {album["id"] for album in both.ask("getAlbumList2", type="newest", **params)["album"]}

    assert newest() == {here.id, there.id}
    assert newest(musicFolderId=other) == {there.id}
    assert newest(musicFolderId=[shelf.folder, other, other]) == {here.id, there.id}
    assert both.ask("getArtist", id=here.artist, musicFolderId=other)["albumCount"] == 1


def test_z1_an_unknown_music_folder_is_error_70(shelf: Shelf):
    for folder in ("999", "x", "-1", "0", "mf-1"):
        assert shelf.listener.error("getIndexes", musicFolderId=folder) == 70


def test_d7_genres_keep_their_case_and_survive_the_round_trip(shelf: Shelf):
    name = "Drum & Bass/Jungle <ёж>"
    shelf.album(genres=[name, "jazz"], songs=2)
    shelf.album(genres=["JAZZ"], songs=1)

    genres = shelf.listener.ask("getGenres")["genre"]

    counts = {genre["value"].casefold(): (genre["albumCount"], genre["songCount"]) for genre in genres}
    assert counts == {name.casefold(): (1, 2), "jazz": (2, 3)}
    assert name in [genre["value"] for genre in genres]
    assert len(shelf.listener.ask("getSongsByGenre", genre=name)["song"]) == 2
    assert len(shelf.listener.ask("getAlbumList2", type="byGenre", genre="Jazz")["album"]) == 2


def test_d7_a_genre_without_songs_is_not_listed(shelf: Shelf):
    shelf.query("insert into genre (key, name) values ('silence', 'Silence') on conflict do nothing")

    assert shelf.listener.ask("getGenres")["genre"] == []


def test_d11_ids_that_are_unknown_or_of_another_kind_are_error_70(shelf: Shelf):
    album = shelf.album()
    right = {"getSong": album.songs[0], "getAlbum": album.id, "getArtist": album.artist}

    for endpoint, own in right.items():
        others = set(right.values()) - {own}
        for number in (*others, "0", "-1", "1", "abc", "al-1", str(1 << 62), str(1 << 63), "９", str(shelf.folder)):
            assert shelf.listener.error(endpoint, id=number) == 70, (endpoint, number)


def test_j8_the_old_id_of_what_was_merged_leads_to_what_it_became(shelf: Shelf):
    album = shelf.album(songs=2)
    old_album, old_song, old_artist = int(album.id) + (5 << 20), int(album.songs[1]) + (6 << 20), (1 << 40) + 1
    for old, new in ((old_album, album.id), (old_song, album.songs[1]), (old_artist, album.artist)):
        shelf.query("insert into id_alias values (:old, :new) on conflict do nothing", old=old, new=int(new))

    assert shelf.listener.ask("getAlbum", id=old_album)["id"] == album.id
    assert shelf.listener.ask("getSong", id=old_song)["id"] == album.songs[1]
    assert shelf.listener.ask("getArtist", id=old_artist)["id"] == album.artist
    shelf.listener.ask("star", id=old_song)
    assert [song["id"] for song in shelf.listener.ask("getStarred2")["song"]] == [album.songs[1]]


def test_a12_awkward_names_come_out_alike_in_both_formats(shelf: Shelf):
    name = "a\u202e\"<&>'\u00a0🎵 \x0b\ufffe]]>"
    album = shelf.album(name, name, [name])

    in_json = shelf.listener.ask("getSong", id=album.songs[0])
    document = etree.fromstring(shelf.listener.request("getSong", id=album.songs[0], f="xml").content)

    assert document[0].get("title") == in_json["title"] == document[0].get("artist")
    assert "\x0b" not in in_json["title"]
