"""The quick reader of ID3 tags says what mutagen says, and leaves to it what it does not know."""

import io
import random
from typing import Any

import mutagen.id3
import pytest
from mutagen.id3 import ID3

from melodee.audio import id3_frames
from melodee.audio.native import Native, from_id3
from tests.audio import make_song, sound
from tests.audio_reading.native_tags import EXTRA

TEXTS = ("TIT2", "TPE1", "TPE2", "TALB", "TRCK", "TCON", "TDRC", "TSOP", "TXXX", "TLAN", "GRP1", "MVNM", "MVIN", "TPUB")
WORDS = ("Ana", "Zoé", "Кино", "椎名林檎", "a/b", "(17)", "(4)(Eurodisco", "2004-05-06", "3/12", " x ", "é", "Don’t")


def _both(data: bytes) -> tuple[Native | None, Native]:
    quick = id3_frames.read(io.BytesIO(data), len(data))
    return quick, from_id3(ID3(io.BytesIO(data)))


def _said(native: Native) -> dict[str, list[str]]:
    """What a tag says, whatever the order; dates without their separators, for mutagen writes them its own way."""
    said = {key: list(dict.fromkeys(each for each in texts if each)) for key, texts in native.values.items()}
    return {
        key: [text[:10] for text in texts] if key.startswith("TD") else texts for key, texts in said.items() if texts
    }


def _tag(chance: random.Random) -> ID3:
    frames: Any = mutagen.id3
    tag = ID3()
    encoding = chance.randrange(4)
    words = [word for word in WORDS if encoding or word.isascii()]
    for _ in range(chance.randrange(1, 25)):
        texts = [chance.choice(words) for _ in range(chance.randrange(1, 4))]
        plain = {"encoding": encoding, "text": texts}
        described = {"encoding": encoding, "desc": chance.choice(words)}
        people = {"encoding": encoding, "people": [["producer", text] for text in texts]}
        others = {
            "TXXX": {"text": texts} | described,
            "COMM": {"lang": "eng", "text": texts} | described,
            "USLT": {"lang": "eng", "text": texts[0]} | described,
            "APIC": {"mime": "image/png", "type": chance.randrange(21), "data": chance.randbytes(50)} | described,
            "UFID": {"owner": "http://musicbrainz.org", "data": b"abc"},
            "PRIV": {"owner": "somebody", "data": b"abc"},
            "WOAR": {"url": "http://a.example"},
            "WXXX": {"url": "http://b.example"} | described,
            "POPM": {"email": "a@b", "rating": chance.randrange(256), "count": 3},
            "TDRC": {"encoding": encoding, "text": "2004-05-06"},
            "TIPL": people,
            "TMCL": people,
        }
        name = chance.choice((*TEXTS, *others))
        tag.add(getattr(frames, name)(**others.get(name, plain)))
    return tag


@pytest.mark.parametrize("version", [3, 4])
def test_random_tags_are_read_as_mutagen_reads_them(version):
    for seed in range(400):
        tag = _tag(random.Random(seed))
        if version == 3:
            tag.update_to_v23()
        file = io.BytesIO(b"")
        tag.save(file, v2_version=version)
        quick, slow = _both(file.getvalue() + sound("mp3")[:100])
        assert quick is not None, seed
        assert _said(quick) == _said(slow), seed
        assert sorted(quick.people) == sorted((frame, *rest) for frame, *rest in slow.people), seed
        assert sorted(quick.pictures) == sorted(slow.pictures), seed


@pytest.mark.parametrize("version", [3, 4])
def test_a_whole_songs_tags_are_read_as_mutagen_reads_them(tmp_path, version):
    path = make_song(
        tmp_path / "a.mp3", id3=version, title="Söng", date="2004-05-06", genre=["Rock"], track=3, lyrics="La\nla",
        comment="Words", compilation=True, picture=b"\xff\xd8\xffpicture", extra=EXTRA["mp3"],
    )  # fmt: skip
    quick, slow = _both(path.read_bytes())

    assert quick is not None
    assert _said(quick) == _said(slow)
    assert (quick.people, quick.pictures) == (slow.people, slow.pictures)


def test_id3v1_fills_in_what_is_missing():
    old = b"TAG" + b"Old Title".ljust(30, b"\0") + b"Old Artist".ljust(30, b"\0") + b"Old Album".ljust(30, b"\0")
    old += b"1999" + b"Words".ljust(28, b"\0") + bytes([0, 7, 17])
    file = io.BytesIO(b"")
    tag = ID3()
    tag.add(mutagen.id3.TIT2(encoding=3, text="New Title"))  # type: ignore[attr-defined]
    tag.save(file)
    quick, slow = _both(file.getvalue() + sound("mp3") + old)

    assert quick is not None
    assert _said(quick) == _said(slow)
    assert quick.values["TIT2"] == ["New Title"]
    assert (quick.values["TPE1"], quick.values["TCON"], quick.values["TRCK"]) == (["Old Artist"], ["Rock"], ["7"])


def _frames(*frames: bytes, version: int = 4, flags: int = 0) -> bytes:
    body = b"".join(frames)
    size = len(body)
    return b"ID3" + bytes([version, 0, flags, size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + body


def _text(name: bytes, text: bytes, *, size: int | None = None, flags: bytes = b"\0\0") -> bytes:
    data = b"\x03" + text
    return name + (len(data) if size is None else size).to_bytes(4) + flags + data


@pytest.mark.parametrize(
    "data",
    [
        _frames(_text(b"TIT2", b"T"), flags=0x80),
        _frames(b"\0\0\0\6\1\0" + _text(b"TIT2", b"T"), flags=0x40),
        _frames(_text(b"TIT2", b"T", flags=b"\0\2")),
        _frames(_text(b"TIT2", b"T" * 199), _text(b"TPE1", b"A")),  # a size as old iTunes wrote it: 200 is 0xC8
        _frames(_text(b"TIT2", b"T" * 299), _text(b"TPE1", b"A")),  # 300 is 0x012C, 172 by seven bits
        _frames(_text(b"TT2\0", b"T"), version=3),
        _frames(_text(b"TIT2", b"T", size=500)),
        _frames(_text(b"TIT2", b"T"), b"rubbish at the end"),
        b"ID3\x02\0\0\0\0\0\x0bTT2\0\0\5\0Titl",
        b"ID3\x05" + bytes(50),
        b"ID3",
        b"",
    ],
)
def test_what_is_unusual_is_left_to_mutagen(data):
    assert id3_frames.read(io.BytesIO(data), len(data)) is None


def test_an_encoding_that_there_is_not_is_passed_over():
    data = _frames(b"TIT2\0\0\0\3\0\0\x07ab", _text(b"TPE1", b"A"))

    quick = id3_frames.read(io.BytesIO(data), len(data))

    assert quick is not None
    assert quick.values == {"TPE1": ["A"]}
