"""Directory codes: the table of the design, and that no two artists ever share one."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodee.directory_code import code_base, directory_code, directory_code_base, with_suffix


class Counters:
    """The counter per base that the database keeps."""

    def __init__(self, **taken: int) -> None:
        self.given = Counter(taken)

    def __call__(self, base: str) -> int:
        self.given[base] += 1
        return self.given[base]


def test_the_codes_of_the_design():
    next_number = Counters()
    table = {
        "Led Zeppelin": "LZ",
        "The Beatles": "BE",
        "AC/DC": "AC",
        "Beyoncé": "BE-2",
        "Los Fabulosos Cadillacs": "FC",
        "Hall & Oates": "HAO",
        "Кино": "KI",
        "50 Cent": "5C",
    }

    assert {name: directory_code(name, next_number) for name in table} == table


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("The The", "TH"),
        ("The", "TH"),
        ("A", "A"),
        ("U2", "U2"),
        ("a-ha", "AH"),
        ("P!nk", "PN"),
        ("R.E.M.", "RE"),
        ("Guns N' Roses", "GNR"),
        ("King Gizzard & The Lizard Wizard", "KGATLW"),
        ("…And You Will Know Us by the Trail of Dead", "AYWKUB"),
        ("Simon&Garfunkel", "SAG"),
        ("Ærosmith Øst", "AO"),
        ("Straße", "ST"),
        ("中島 みゆき", "ZM"),
        ("한국 밴드", "HB"),
        ("مرحبا", "MR"),
        ("  spaced \t out\n", "SO"),
        ("nul\x00and\x1bescape", "NU"),
        ("caf\udce9 noir", "CN"),
        ("x" * 100_000, "XX"),
    ],
)
def test_the_base_of_a_name(name, base):
    assert directory_code_base(name) == base


@pytest.mark.parametrize("name", ["!!!", "???", "", "\u200b", "★", "...", "\udcff"])
def test_a_name_without_letters_has_a_code_of_its_hash(name):
    assert re.fullmatch("X[A-Z2-7]{4}", directory_code_base(name))
    assert directory_code_base(name) == directory_code_base(name)


def test_different_names_without_letters_differ():
    assert directory_code_base("!!!") != directory_code_base("???")


def test_suffixes_count_from_two():
    assert [with_suffix("BE", number) for number in (1, 2, 3, 40)] == ["BE", "BE-2", "BE-3", "BE-40"]
    assert [code_base(code) for code in ("BE", "BE-2", "BE-40")] == ["BE", "BE", "BE"]


def test_a_base_without_room_gives_way_to_a_shorter_one():
    next_number = Counters(KGATLW=8)

    codes = [directory_code("King Gizzard & The Lizard Wizard", next_number) for _ in range(3)]

    assert codes == ["KGATLW-9", "KGATL", "KGATL-2"]


def test_many_artists_of_few_names_all_get_short_codes_of_their_own():
    next_number = Counters()

    codes = [directory_code(f"{first} Artist Number {n}", next_number) for first in "ABC" for n in range(10_000)]

    assert len(set(codes)) == len(codes)
    assert max(map(len, codes)) <= 8


@given(st.text(st.characters(), max_size=50))
def test_any_name_has_a_base_that_can_be_a_folder(name):
    assert re.fullmatch("[A-Z0-9]{1,6}", directory_code_base(name))
