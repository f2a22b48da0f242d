"""`getArtists` and `getIndexes` of a large library: from stored lists, and yet what the catalogue would say."""

import pytest

from tests.api.large import ENDPOINTS, FORMS, Large, Listener, from_catalogue, stored


@pytest.mark.parametrize("marks", [0, 7, 2000])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_stored_list_says_what_the_catalogue_says(
    large: Large, listener: Listener, form: str, endpoint: str, marks: int
):
    large.mark(listener, marks)
    expected = from_catalogue(listener, endpoint, form)

    for encoding in ("gzip", "identity", "identity"):  # The last one comes from a file.
        assert stored(listener, endpoint, form, headers={"accept-encoding": encoding}) == expected


@pytest.mark.parametrize("name", ["two", "child"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_listener_sees_their_own_folders_alone(large: Large, form: str, endpoint: str, name: str):
    restricted = large.listeners[name]
    large.mark(restricted, 2600)

    got = stored(restricted, endpoint, form)

    assert got == from_catalogue(restricted, endpoint, form)
    assert got != stored(large.listeners["all"], endpoint, form)
    large.sql("delete from artist_annotation")


@pytest.mark.parametrize("folder", [1, 2])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_folder_of_the_listeners_choice_has_a_list_of_its_own(
    large: Large, listener: Listener, endpoint: str, folder: int
):
    large.mark(listener, 50)

    assert stored(listener, endpoint, "json", musicFolderId=folder) == from_catalogue(
        listener, endpoint, "json", musicFolderId=folder
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("form", FORMS)
def test_clients_that_stumble_over_additions_have_lists_of_their_own(
    large: Large, listener: Listener, form: str, endpoint: str
):
    large.mark(listener, 500)

    got = stored(listener, endpoint, form, c="DSub")

    assert got == from_catalogue(listener, endpoint, form, c="DSub")
    assert got != stored(listener, endpoint, form)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(("folder", "code"), [("999", 70), ("-1", 70), ("1'--", 70), ("4", 70)])
def test_folders_that_are_not_to_be_seen_are_errors(listener: Listener, endpoint: str, folder: str, code: int):
    answer = listener.request(endpoint, musicFolderId=folder).json()["subsonic-response"]

    assert answer["error"]["code"] == code


def test_a_restricted_listener_cannot_choose_what_they_may_not_see(large: Large):
    answer = large.listeners["two"].request("getArtists", musicFolderId="3").json()["subsonic-response"]

    assert answer["error"]["code"] == 70
