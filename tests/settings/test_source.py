"""Settings come from the environment, else from `melodee.toml` of the data directory, else they have defaults."""

import traceback

import pytest

from melodee.errors import SettingError
from melodee.settings import AlertSettings, DatabaseSettings, DataDirectory, IntakeSettings
from melodee.settings.source import choose, switch, texts


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    chosen = DataDirectory(tmp_path)
    monkeypatch.setattr("melodee.settings.source._chosen", [])
    choose(chosen)
    return chosen


def test_without_anything_they_have_their_defaults():
    assert IntakeSettings.from_environment() == IntakeSettings()


def test_the_file_speaks_where_the_environment_is_silent(data, monkeypatch):
    data.settings.write_text('settle_seconds = 2.5\nreview = "all"\nbatch_files = 100\n')
    monkeypatch.setenv("MELODEE_BATCH_FILES", "200")

    settings = IntakeSettings.from_environment()

    assert (settings.settle_seconds, settings.review, settings.batch_files) == (2.5, "all", 200)


def test_a_change_of_the_file_is_seen_at_the_next_look(data):
    data.settings.write_text("readers = 1")
    assert IntakeSettings.from_environment().readers == 1

    data.settings.write_text("readers = 2")

    assert IntakeSettings.from_environment().readers == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("settle_seconds = [", "could not be read"),
        ("settel_seconds = 1", "'settel_seconds', which is no setting"),
        ('settle_seconds = "soon"', "settle_seconds in melodee.toml is 'soon'"),
        ("settle_seconds = true", "settle_seconds in melodee.toml is True"),
        ("batch_files = 0", "it must be 1 or more"),
        ("batch_files = 1.5", "batch_files in melodee.toml is 1.5"),
        ('review = "sometimes"', "it must be one of all, findings, errors, none"),
        ("[intake]\nreaders = 1", "'intake', which is no setting"),
        ("review = 'a\x00b'", "could not be read"),
    ],
)
def test_what_makes_no_sense_is_named(data, text, said):
    data.settings.write_text(text)

    with pytest.raises(SettingError) as caught:
        IntakeSettings.from_environment()

    assert said in caught.value.sentence


def test_bytes_that_are_no_text_are_told(data):
    data.settings.write_bytes(b"review = '\xff'")

    with pytest.raises(SettingError, match="could not be read"):
        IntakeSettings.from_environment()


def test_a_variable_that_makes_no_sense_is_named(monkeypatch):
    monkeypatch.setenv("MELODEE_READERS", "many")

    with pytest.raises(SettingError, match="MELODEE_READERS is 'many'"):
        IntakeSettings.from_environment()


def test_lists_are_arrays_or_have_commas():
    assert texts("a, b,,c") == ("a", "b", "c")
    assert texts('[", ", "; "]') == (", ", "; ")
    assert texts(["x", "y"]) == ("x", "y")
    for wrong in (1, [1], "[1]", "[", {"a": 1}):
        with pytest.raises(ValueError):
            texts(wrong)


def test_switches_are_words_of_yes_and_no():
    assert [switch(value) for value in (True, "1", "yes", "On")] == [True] * 4
    assert [switch(value) for value in (False, "0", "no", "Off")] == [False] * 4
    with pytest.raises(ValueError, match="1 or 0"):
        switch("perhaps")


@pytest.mark.parametrize(
    ("settings", "variable", "value"),
    [
        (AlertSettings, "MELODEE_ALERT_URLS", "ntfy.example/hunter2"),
        (AlertSettings, "MELODEE_ALERT_URLS", "https://me:hunter2@[x/hook"),
        (AlertSettings, "MELODEE_ALERT_URLS", "https://me:hunter2\u2100@x/hook"),
        (AlertSettings, "MELODEE_ALERT_URLS", "https://x:hunter2/hook"),
        (AlertSettings, "MELODEE_ALERT_URLS", '["https://x/hunter2", '),
    ],
)
def test_what_is_secret_is_shown_nowhere(monkeypatch, settings, variable, value):
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingError) as caught:
        settings.from_environment()

    assert variable in caught.value.sentence
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_of_the_file_is_not_shown_either(data):
    data.settings.write_text('alert_secret = ["hunter2"]')

    with pytest.raises(SettingError) as caught:
        AlertSettings.from_environment()

    assert caught.value.sentence == "A setting is wrong. alert_secret in melodee.toml makes no sense: it must be a text"


@pytest.mark.parametrize("url", ["hunter2", "postgresql://ann:1@h:hunter2/x"])
def test_a_database_that_is_no_url_is_not_shown(monkeypatch, url):
    monkeypatch.setenv("MELODEE_DATABASE_URL", url)

    with pytest.raises(SettingError) as caught:
        DatabaseSettings.from_environment().require_url()

    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_settings_that_are_printed_hold_no_secret():
    settings = (AlertSettings(("https://x/hunter2",), "hunter2"), DatabaseSettings("postgresql://ann:hunter2@h/x"))

    assert "hunter2" not in repr(settings)
