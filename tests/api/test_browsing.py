"""Browsing by tags and by folders."""


def test_d8_songs_of_an_album_come_by_disc_and_track(shelf):
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
