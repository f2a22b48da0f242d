"""Which album of the catalogue a release is, as pure rules."""

import pytest

from melodee.catalogue.same_release import Alike, Issue, choose


def issue(mbid: str = "", year: int | None = None, *tracks: int) -> Issue:
    return Issue(mbid, year, frozenset(tracks))


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (issue(), [], None),
        (issue(), [issue()], 0),
        # By id.
        (issue("m"), [issue("n"), issue("m")], 1),
        (issue("m"), [issue("n")], None),
        (issue("m"), [issue("n"), issue()], 1),
        (issue("m", 1990, 1, 2), [issue("", 1990, 1)], 0),
        (issue("m", 1990, 1, 2), [issue("", 2010, 1)], None),
        # Without an id: years split only where the numbers repeat.
        (issue("", 1990, 3), [issue("", 2010, 1, 2)], 0),
        (issue("", 1990, 1), [issue("", 2010, 1, 2)], None),
        (issue("", 1990, 1), [issue("", None, 1, 2)], 0),
        (issue("", None, 1), [issue("", 2010, 1, 2)], 0),
        (issue("", 1990, 1), [issue("", 1990, 1, 2)], 0),
        # Of several: its own year, numbers that it does not repeat, the oldest.
        (issue("", 2010, 1), [issue("", 1990, 1), issue("", 2010, 1)], 1),
        (issue("", 2010, 11), [issue("", 1990, 1), issue("", 2010, 1, 11)], 1),
        (issue("", None, 2), [issue("m", 1990, 1, 2), issue("n", 1990, 1)], 1),
        (issue("", None, 1), [issue("m", 1990, 1), issue("n", 1990, 1)], 0),
        (issue("", 1990, 1), [issue("m", 1990, 1, 2), issue("n", 1990, 2)], 1),
    ],
)
def test_an_album_is_chosen(wanted: Issue, there: list[Issue], expected: int | None) -> None:
    assert choose(wanted, [Alike(number, each) for number, each in enumerate(there)]) == expected


def test_an_album_of_which_nothing_is_known_yet_is_joined_by_its_own_id_or_by_none() -> None:
    assert choose(issue("m"), [Alike(1, issue(), vague=True)]) is None
    assert choose(issue("m"), [Alike(1, issue(), by_mbid=True, vague=True)]) == 1
    assert choose(issue(), [Alike(1, issue(), vague=True)]) == 1


def test_an_id_that_led_to_an_album_with_another_id_leads_nowhere() -> None:
    assert choose(issue("m"), [Alike(1, issue("n"), by_mbid=True)]) is None
