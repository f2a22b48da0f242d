"""Melodee as it is installed: from a wheel, with no checkout around it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.audio import make_song
from tests.integration.running import HURRIED, Instance, open_folder

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_installed_wheel_works_as_the_checkout_does(tmp_path: Path) -> None:
    # `uv run` tells where uv is.
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv, "the tests are run by uv: uv run pytest"
    with open_folder() as folder:
        run(uv, "build", "--wheel", "--out-dir", tmp_path, CHECKOUT)
        run(uv, "venv", folder / "venv")
        python = folder / "venv/bin/python"
        (wheel,) = tmp_path.glob("*.whl")
        run(uv, "pip", "install", "--python", python, wheel)
        instance = Instance(folder, HURRIED, python=str(python))
        try:
            instance.start()
            make_song(instance.inbound / "a/1.mp3", title="One", artist="A", album="B", track=1)
            assert instance.settled(1)["published"] == 1
            assert [song["title"] for song in instance.songs()] == ["One"]
            assert instance.stop() == 0
        finally:
            instance.kill_everything()
