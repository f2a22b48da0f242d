"""From a dropped folder to a playing song: the whole of Melodee, as its users have it."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.audio import decode, make_picture, make_song, pitch_of
from tests.integration.running import Instance, wait_until
from tests.library import files_below

pytestmark = pytest.mark.slow

FORMATS = ("mp3", "flac", "m4a", "alac", "ogg", "opus", "wav", "aiff")


def drop(instance: Instance, made: Path) -> None:
    """Drops a folder as a file manager on the same disk would: all at once."""
    shutil.move(made, instance.inbound / made.name)


def test_a_dropped_folder_plays(instance: Instance, tmp_path: Path) -> None:
    made = tmp_path / "Gruppa krovi"
    dropped: dict[str, bytes] = {}
    for track, kind in enumerate(FORMATS, 1):
        suffix = "m4a" if kind == "alac" else kind
        song = make_song(
            made / f"{track}.{suffix}", format=kind, seconds=2, seed=track, title=f"In {kind}", artist="Кино",
            album="Группа крови", track=track, date="1988", genre="Rock",
        )  # fmt: skip
        dropped[f"In {kind}"] = song.read_bytes()
    (made / "cover.jpg").write_bytes(make_picture(600, 600))
    before = instance.status()["files"]["seen"]
    drop(instance, made)

    counts = instance.settled(before + len(FORMATS) + 1)

    assert counts["failed"] == 0
    (artist,) = [a for i in instance.call("getArtists")["artists"]["index"] for a in i["artist"] if a["name"] == "Кино"]
    (album,) = instance.call("getArtist", id=artist["id"])["artist"]["album"]
    songs = instance.call("getAlbum", id=album["id"])["album"]["song"]
    assert [song["title"] for song in songs] == [f"In {kind}" for kind in FORMATS]
    for song in songs:
        played = instance.get("stream", id=song["id"])
        assert played.status_code == 200
        assert played.content == dropped[song["title"]]
        sound = decode(played.content)
        assert sound.pitch == pytest.approx(pitch_of(song["track"]), rel=0.02)
        assert song["duration"] == 2
    cover = instance.get("getCoverArt", id=album["coverArt"], size=100)
    assert cover.headers["content-type"] == "image/jpeg"
    # Everything that the doctor looks at is well; its exit code would say if not.
    assert "Sensors" in instance.melodee("doctor")


def test_a_messy_folder_loses_nothing_and_says_what_is_wrong(instance: Instance, tmp_path: Path) -> None:
    made = tmp_path / 'mess \'n\n"chaos" 🎸'
    make_song(made / "01.mp3", seconds=1, seed=50, title="Fine", artist="Mess", album="Mess", track=1)
    make_song(made / "02.mp3", seconds=1, seed=51, title="Twin", artist="Mess", album="Mess", track=2)
    make_song(made / "copy/02.mp3", seconds=1, seed=52, title="Twin", artist="Mess", album="Mess", track=2)
    (made / "empty.mp3").write_bytes(b"")
    (made / "noise.flac").write_bytes(b"no music " * 500)
    (made / "cut.flac").write_bytes(make_song(tmp_path / "whole.flac", seconds=3).read_bytes()[:-4000])
    shutil.copy(make_song(tmp_path / "a.flac", seconds=1), made / "label.mp3")
    (made / "huge.png").write_bytes(make_picture(10_000, 10_000, format="PNG"))
    (made / "setup.exe").write_bytes(b"MZ")
    (made / "out.mp3").symlink_to("/etc/hostname")
    files = [path for path in files_below(made) if not path.is_symlink()]
    hashes = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    before = instance.status()["files"]
    known = {failure["path"] for failure in instance.failures()}
    drop(instance, made)

    counts = instance.settled(before["seen"] + len(files))

    codes = sorted(failure["code"] for failure in instance.failures() if failure["path"] not in known)
    assert codes == ["empty", "image_too_large", "mislabelled", "name_taken", "symlink", "truncated", "unreadable"]
    assert counts["published"] == before["published"] + 2
    assert counts["failed"] == before["failed"] + 6
    assert counts["ignored"] == before["ignored"] + 1
    assert counts["seen"] == sum(number for state, number in counts.items() if state != "seen")
    there = [path for root in (instance.inbound, instance.storage) for path in files_below(root) if path.is_file()]
    left = [hashlib.sha256(path.read_bytes()).hexdigest() for path in there if not path.is_symlink()]
    assert set(hashes) <= set(left)


def test_a_kill_in_the_middle_of_a_batch_loses_nothing(instance: Instance, tmp_path: Path) -> None:
    made = tmp_path / "big drop"
    number = 150
    for each in range(number):
        album = each // 10
        make_song(
            made / f"Album {album}/{each % 10 + 1}.mp3", seconds=0.5, seed=each % 4, title=f"Song {each}",
            artist="Killed", album=f"Album {album}", track=each % 10 + 1,
        )  # fmt: skip
    before = instance.status()["files"]
    songs_before = instance.status()["songs"]
    wanted = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files_below(made))
    drop(instance, made)

    staging = next(Path(volume["path"]) for volume in instance.status()["volumes"] if volume["kind"] == "staging")
    wait_until(lambda: len(files_below(staging)) > 20, 120, "files on the staging volume")
    instance.kill_everything()
    instance.start()
    counts = instance.settled(before["seen"] + number, seconds=240)

    assert counts["published"] == before["published"] + number
    assert counts["failed"] == before["failed"]
    assert instance.status()["songs"] == songs_before + number
    # Published is committed before the temporary name and the source go.
    wait_until(lambda: not files_below(staging), 60, "an empty staging volume")
    wait_until(lambda: not temporary(instance.storage), 60, "temporary names to go")
    stored = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files_below(instance.storage / "KI")]
    assert sorted(digest for digest in stored if digest in set(wanted)) == wanted


def temporary(folder: Path) -> list[Path]:
    return [path for path in files_below(folder) if path.name.endswith(".part")]
