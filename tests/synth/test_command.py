"""`melodee synth`, as scripts call it."""

import os
import re
from pathlib import Path

import pytest

from melodee.settings import DataDirectory
from tests.commands.conftest import Melodee


@pytest.fixture
def melodee(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Melodee:
    for name in [name for name in os.environ if name.startswith("MELODEE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MELODEE_DATA", str(tmp_path))
    monkeypatch.setenv("MELODEE_DATABASE_URL", database_url)
    return Melodee(monkeypatch, DataDirectory(tmp_path))


def test_it_says_what_each_stage_took_and_how_to_log_in(melodee: Melodee) -> None:
    said = melodee.ok("synth", "--songs", "300", "--users", "2", "--password", "for all").lines

    stages = [re.match(r"(generation|copy|index build|snapshots|total) [0-9.]+ s", line) for line in said]
    assert [stage[1] for stage in stages if stage] == ["generation", "copy", "index build", "snapshots", "total"]
    assert any(re.fullmatch(r"copy [0-9.]+ s \([0-9,]+ rows/s, [0-9,]+ songs/s\)", line) for line in said)
    assert any(re.fullmatch(r"loaded 300 songs in [0-9.]+ s without generation \(.* songs/s\)", line) for line in said)
    assert any(re.fullmatch(r"disk [0-9.]+ GB \([0-9]+ bytes a song\)", line) for line in said)
    assert said[-1] == "Listeners: listener 1 to listener 2, all with the password for all"


def test_a_shape_that_cannot_be_is_one_sentence(melodee: Melodee) -> None:
    assert "At least 2 artists" in melodee.refused("synth", "--songs", "300", "--artists", "1")
    assert "No catalogue" in melodee.refused("synth", "--songs", "300", "--albums", "400")


def test_without_a_database_it_says_so(melodee: Melodee, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MELODEE_DATABASE_URL")

    assert "Melodee does not run" in melodee.refused("synth", "--songs", "300")
