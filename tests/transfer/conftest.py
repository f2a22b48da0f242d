"""A file at each stage of its move."""

import pytest

from melodee import no_replace, transfer
from melodee.volume_probe import Abilities
from tests.transfer.world import Volumes, refusing


@pytest.fixture
def volumes(tmp_path) -> Volumes:
    found = Volumes(tmp_path / "inbound", tmp_path / "storage")
    found.inbound.mkdir()
    found.storage.mkdir()
    return found


@pytest.fixture
def copied(volumes) -> Volumes:
    transfer.copy_to_temporary(volumes.source, volumes.temporary, volumes.drop())
    return volumes


@pytest.fixture
def restricted(copied, monkeypatch, request) -> tuple[Volumes, Abilities]:
    """A file that is ready to be published, on a file system that can do no more than the row says."""
    abilities, link, rename = request.param
    if link:
        monkeypatch.setattr(no_replace, "link", refusing(link))
    if rename:
        monkeypatch.setattr(no_replace, "rename", refusing(rename))
    return copied, abilities


@pytest.fixture
def published(copied) -> Volumes:
    transfer.publish(copied.temporary, copied.final, Abilities())
    return copied
