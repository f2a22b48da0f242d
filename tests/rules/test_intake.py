"""Rules in intake: what they make of dropped files, what they keep out, and what happens when they are wrong."""

import pytest

from melodee.database import Database
from melodee.rules.errors import BadRules
from melodee.settings import DataDirectory
from tests.library import Library, check_equation, files_below


@pytest.fixture
def library(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("MELODEE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("melodee.settings.source._chosen", [])
    (tmp_path / "data").mkdir()
    database = Database(database_url)
    yield Library(database, tmp_path)
    database.close()


@pytest.fixture
def rules(tmp_path):
    """Writes the librarian's rules."""
    return DataDirectory(tmp_path / "data").rules.write_text


def test_guests_are_credited_in_the_catalogue(library):
    library.drop("in/a/01.flac", title="Song (feat. C)", artist="A feat. B", album="X", album_artist="A", genre="(17)")

    library.ingest()

    (song,) = library.songs()
    artists = [credit["name"] for credit in song.credits if credit["role"] == "artist"]
    assert (song.title, artists, song.genres) == ("Song", ["A", "B", "C"], ["Rock"])
    (tags,) = library.query("select track from song_tags")
    assert {change["field"]: change["original"] for change in tags.track["changes"]}["title"] == "Song (feat. C)"


def test_a_librarians_rule_changes_what_releases_are_made_of(library, rules):
    rules('[[rule]]\nname = "one album"\nwhen.path.glob = "in/**"\nset = { album = "One", album_artists = "Us" }\n')
    library.drop("in/a/01.flac", title="S", artist="A", album="X", track=1)
    library.drop("in/b/02.flac", title="T", artist="B", album="Y", track=2)

    library.ingest()

    assert [(album.name, album.display_artist) for album in library.query("select * from albums")] == [("One", "Us")]


def test_a_release_that_a_rule_ignores_stays_where_it_is_with_all_its_files(library, rules):
    rules('[[rule]]\nname = "no demos"\nwhen.comment = "demo"\nignore_release = "Demos stay out."\n')
    library.drop("in/x/01.flac", title="S", artist="A", album="X", track=1, comment="demo")
    library.drop("in/x/02.flac", title="T", artist="A", album="X", track=2)
    library.drop("in/y/01.flac", title="U", artist="A", album="Y", track=1)
    (library.inbound / "in/x/cover.txt").write_text("notes")

    (batch,) = library.ingest()

    assert [song.title for song in library.songs()] == ["U"]
    ignored = library.query("select reason, count(*) as files from files where state = 'ignored' group by 1")
    assert {row.reason: row.files for row in ignored} == {"ignored_by_rule": 3}
    assert batch.discovered.ignored == 3
    (warning,) = [row for row in library.failures() if row.code == "ignored_by_rule"]
    assert warning.severity == "warning"
    assert warning.message == "The rule 'no demos' keeps its release out of the library: Demos stay out."
    assert len(files_below(library.inbound / "in/x")) == 3
    check_equation(library)
    assert library.plan() == []


def test_with_wrong_rules_nothing_is_taken_in_until_they_are_mended(library, rules):
    rules('[[rule]]\nname = "x"\nset.titel = "y"\n')
    library.drop("in/x/01.flac", title="S", artist="A", album="X", track=1)
    (key,) = library.plan()

    with pytest.raises(BadRules, match=r"rules\.toml, line 3, set\.titel"):
        library.run(key)
    assert library.songs() == []
    assert library.states() == {}

    rules('[[rule]]\nname = "x"\nset.title = "y"\n')
    library.run(key)

    assert [song.title for song in library.songs()] == ["y"]
    check_equation(library)
