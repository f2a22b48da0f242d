"""The text of a sidecar. None says in which encoding it is, and twenty years of programs wrote what they had."""

import codecs
import re

from melodee.sidecars.errors import UnreadableSidecar

LARGEST = 2 << 20
"""Bytes of a sidecar that is read at all."""

LONGEST_LINE = 8192

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_CYRILLIC = re.compile(rb"[\xa8\xb8\xc0-\xff]+")
_DOUBLE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff5e\u3000-\u3002]+")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def decoded(data: bytes, *, western: str = "cp1252") -> str:
    """The text, with line ends as LF and without a byte order mark.

    UTF-8 or UTF-16 where it says so or is nothing else; then Shift-JIS or Windows' Cyrillic where runs of their letters
    are found; else `western`. Raises `UnreadableSidecar` when it is no text, or larger than any text is.
    """
    if len(data) > LARGEST:
        raise UnreadableSidecar(f"It has more than {LARGEST >> 20} MB.")
    text = _text(data, western).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or len(_CONTROLS.findall(text[:4096])) > max(4, len(text[:4096]) // 20):
        raise UnreadableSidecar("It is no text.")
    return text


def lines_of(text: str) -> list[str]:
    """The text's lines without what is around them; of a line that is longer than any, the beginning."""
    return [line[:LONGEST_LINE].strip() for line in text.split("\n")]


def _text(data: bytes, western: str) -> str:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None) or _utf_16(data)
    if marked is not None:
        return data.decode(marked, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return (_cyrillic_or_japanese(data) if western == "cp1252" else None) or _western(data, western)


def _western(data: bytes, western: str) -> str:
    try:
        return data.decode(western)
    except UnicodeDecodeError:
        # Five of cp1252's places stand for nothing; every byte is something in Latin-1.
        return data.decode("latin-1")


def _cyrillic_or_japanese(data: bytes) -> str | None:
    if _is_cyrillic(data):
        return data.decode("cp1251", "replace")
    return _japanese(data)


def _utf_16(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of western text is zero."""
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return None
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[start::2].count(0), head[1 - start :: 2].count(0)
        if zeros * 3 > len(head[start::2]) and not others:
            return encoding
    return None


def _is_cyrillic(data: bytes) -> bool:
    """Whether most bytes beyond ASCII stand in runs: western text has an accent here and there."""
    runs = [run for run in _CYRILLIC.findall(data) if len(run) >= 3]
    # Quotes and dashes lie elsewhere, so not every byte need be a letter.
    return sum(map(len, runs)) * 10 >= len(_HIGH.findall(data)) * 8


def _japanese(data: bytes) -> str | None:
    """Text in Shift-JIS. An accented letter and the one after it may look like a kanji, but stands alone."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return None
    found = [len(run) for run in _DOUBLE.findall(text)]
    return text if sum(length for length in found if length > 1) * 2 > sum(found) else None
