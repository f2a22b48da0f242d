"""How old a stored list may be, when it is made, and who is answered without one."""

from typing import Any

import pytest

from melodee.catalogue import artist_snapshots
from melodee_api import stored_artists
from tests.api.large import Large, Listener, answered, etag, said


def test_a_list_says_which_change_it_reflects(large: Large, listener: Listener):
    before = answered(listener)["lastModified"]
    tag = etag(listener)
    large.change()

    assert answered(listener)["lastModified"] == before
    assert answered(listener, ifModifiedSince=before)["index"] == []
    assert etag(listener) == tag

    large.keep()
    after = answered(listener, ifModifiedSince=before)
    assert after["lastModified"] > before
    assert after["index"]
    assert etag(listener) != tag
    assert answered(listener, ifModifiedSince=after["lastModified"]) == {
        "lastModified": after["lastModified"],
        "ignoredArticles": after["ignoredArticles"],
        "index": [],
    }


def test_an_artist_who_is_renamed_is_shown_from_the_next_time_on(large: Large, listener: Listener):
    listener.request("star", artistId="1025")
    ((name,),) = large.sql("select name from artists where id = 1025")
    large.sql("update artists set name = 'Another' where id = 1025")
    large.change()

    def shown() -> dict[str, Any]:
        letters = listener.request("getArtists").json()["subsonic-response"]["artists"]["index"]
        return next(artist for index in letters for artist in index["artist"] if artist["id"] == "1025")

    assert shown()["name"] == name
    assert shown()["starred"]
    large.keep()
    assert shown()["name"] == "Another"
    large.sql("update artists set name = %s where id = 1025", name)
    large.change()
    large.keep()


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_list_that_is_not_there_yet_comes_from_the_catalogue_and_is_made(large: Large, form: str):
    new = large.another_listener(f"new {form}", 2, 3)

    due = "select reflects is null from upkeep_task where name = 'artist_snapshots'"
    large.sql(
        "insert into upkeep_task (name, reflects) values ('artist_snapshots', now()) "
        "on conflict (name) do update set reflects = now()"
    )
    large.listeners["all"].request("getArtists", form)
    assert large.sql(due) == [(False,)]

    first = new.request("getArtists", form)
    assert large.sql(due) == [(True,)]
    large.keep()
    second = new.request("getArtists", form)

    assert "etag" not in first.headers
    assert "etag" in second.headers
    assert said(first) == said(second)


def test_lists_are_not_made_for_any_choice_of_folders(large: Large, listener: Listener):
    before = large.sql("select count(*) from artist_snapshot_want")

    answer = listener.request("getArtists", musicFolderId=["1", "3"])

    assert "etag" not in answer.headers
    assert large.sql("select count(*) from artist_snapshot_want") == before


def test_that_a_list_is_used_is_noted_once_a_day(large: Large, listener: Listener):
    def asked() -> Any:
        return large.sql(
            "select asked_at from artist_snapshot_want "
            "where folders = '{}' and listing = 'artists' and format = 'json' and not reduced"
        )

    first = asked()
    listener.request("getArtists")
    assert asked() == first

    large.sql("update artist_snapshot_want set asked_at = asked_at - interval '25 hours'")
    listener.request("getArtists")
    assert asked() > first


def test_a_library_below_the_threshold_is_answered_exactly(
    large: Large, listener: Listener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(artist_snapshots, "LEAST_ARTISTS", 2601)

    assert "etag" not in listener.request("getArtists").headers
    assert large.sql("select count(*) from artist_snapshot_want where asked_at > now()") == [(0,)]


def test_who_has_marked_more_than_one_holds_in_memory_is_answered_from_the_catalogue(
    large: Large, listener: Listener, monkeypatch: pytest.MonkeyPatch
):
    large.mark(listener, 30)
    expected = said(listener.request("getArtists"))
    monkeypatch.setattr(stored_artists, "MOST_MARKS", 29)

    answer = listener.request("getArtists")

    assert "etag" not in answer.headers
    assert said(answer) == expected
