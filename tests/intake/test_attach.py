"""What lies beside music goes with the release around it, at any depth, and with none where several could mean it."""

from tests.audio import make_picture
from tests.library import Library


def where(library: Library, name: str) -> str | None:
    """The album with which a picture was published; none when it stayed."""
    rows = library.query(
        "select a.name, f.state from files as f left join albums as a on a.id = f.album_id "
        f"where encode(f.path, 'escape') like '%/{name}'"
    )
    return rows[0].name if rows[0].state == "published" else None


def test_scans_beside_the_discs_of_a_release_go_with_it(library: Library) -> None:
    for disc in (1, 2):
        library.drop(f"Artist/Album/CD{disc}/1.mp3", title=f"{disc}", artist="A", album="Album", track=1)
    library.drop("Artist/Other/1.mp3", title="x", artist="A", album="Other", track=1)
    for number, folder in enumerate(("Album/Scans", "Album/Artwork/Large", "Other/Scans", "Photos"), 1):
        place = library.inbound / "Artist" / folder
        place.mkdir(parents=True)
        (place / f"{number}.jpg").write_bytes(make_picture(100 + number, 100))
    library.ingest()

    assert [where(library, f"{number}.jpg") for number in (1, 2, 3, 4)] == ["Album", "Album", "Other", None]


def test_a_folder_beside_releases_is_none_of_theirs(library: Library) -> None:
    library.drop("Downloads/Album/1.mp3", title="x", artist="A", album="Album", track=1)
    (library.inbound / "Downloads/Holiday").mkdir()
    (library.inbound / "Downloads/Holiday/cat.jpg").write_bytes(make_picture(100, 101))
    library.ingest()

    assert where(library, "cat.jpg") is None
