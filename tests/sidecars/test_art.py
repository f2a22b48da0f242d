"""What pictures show, by their names and folders."""

import pytest

from melodee.settings import SidecarSettings
from melodee.sidecars.art import EMBEDDED, Pictures, ranked, sort_pictures

PRIORITY = SidecarSettings().art_priority


def best(*names: str, priority: tuple[str, ...] = PRIORITY) -> str | None:
    return next((name for name in ranked(names, priority) if name != EMBEDDED), None)


@pytest.mark.parametrize(
    "name",
    [
        "cover.jpg", "Folder.JPG", "FRONT.png", "album.webp", "AlbumArt.jpg", "front 1.jpg", "cover (2).png",
        "AlbumArt_{5FA05D35-A682-4AF6-96F7-0773E42D4D16}_Large.jpg",
    ],
)  # fmt: skip
def test_names_of_front_covers(name: str):
    assert best("another.jpg", name, "yet another.png") == name


@pytest.mark.parametrize("name", ["back.jpg", "cd.png", "coverage.jpg", "booklet 01.jpg", ".jpg"])
def test_names_of_other_pictures(name: str):
    assert best("another.jpg", name, "yet another.png") is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["back.jpg", "Cover.jpg", "folder.jpg"], "Cover.jpg"),
        (["AlbumArtSmall.jpg", "Folder.jpg"], "Folder.jpg"),
        (["AlbumArtSmall.jpg", "back.jpg"], "AlbumArtSmall.jpg"),
        (["front 2.jpg", "front 1.jpg"], "front 1.jpg"),
        (["scans/cover.jpg", "cover.jpg"], "cover.jpg"),
        (["scan.jpg"], "scan.jpg"),
        (["scan.jpg", "back.jpg", "cd.jpg"], "scan.jpg"),
        (["scan 1.jpg", "scan 2.jpg"], None),
        (["back.jpg"], None),
        ([], None),
    ],
)
def test_the_best_of_some(names: list[str], expected: str | None):
    assert best(*names) == expected
    assert best(*reversed(names)) == expected


def test_the_setting_orders_names_and_what_is_inside_songs():
    assert ranked(["folder.jpg", "cover.jpg", "x.jpg"], PRIORITY) == ["cover.jpg", "folder.jpg", EMBEDDED, "x.jpg"]
    assert ranked(["folder.jpg", "cover.jpg"], (EMBEDDED, "folder")) == [EMBEDDED, "folder.jpg"]
    assert ranked(["x.jpg"], ("cover",)) == []


def test_folders_say_whose_a_picture_is():
    music: list[tuple[str, int | None]] = [("Ann/Album/CD1/1.mp3", 1), ("Ann/Album/CD2/1.mp3", 2)]
    paths = [
        "Ann/folder.jpg", "Ann/Album/cover.jpg", "Ann/Album/artist.jpg", "Ann/Album/CD1/cover.jpg",
        "Ann/Album/CD2/x.jpg", "Ann/Album/scans/back.jpg",
    ]  # fmt: skip
    assert sort_pictures(paths, music, "ANN") == Pictures(
        ["Ann/Album/cover.jpg", "Ann/Album/scans/back.jpg"],
        {1: ["Ann/Album/CD1/cover.jpg"], 2: ["Ann/Album/CD2/x.jpg"]},
        ["Ann/Album/artist.jpg", "Ann/folder.jpg"],
        [],
        ["Ann/folder.jpg"],
    )


def test_the_only_disc_has_no_picture_of_its_own():
    assert sort_pictures(["A/CD1/cover.jpg"], [("A/CD1/1.mp3", None)], "Ann") == Pictures(
        ["A/CD1/cover.jpg"], {}, [], [], []
    )


def test_a_folder_that_is_called_otherwise_is_not_the_artists():
    music: list[tuple[str, int | None]] = [("Drop/Album/1.mp3", 1)]
    assert sort_pictures(["Drop/folder.jpg"], music, "Ann") == Pictures([], {}, [], ["Drop/folder.jpg"], [])
    assert sort_pictures(["Ann/folder.jpg"], [("Ann/1.mp3", 1)], "Ann") == Pictures(["Ann/folder.jpg"], {}, [], [], [])
    known = sort_pictures(["Drop/folder.jpg"], music, "Ann", {"Drop/folder.jpg"})
    assert known == Pictures([], {}, ["Drop/folder.jpg"], [], [])
