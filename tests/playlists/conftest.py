"""A library with an administrator, to whom playlists that come as files belong."""

from pathlib import Path

import pytest

from melodee.accounts import add_account
from melodee.settings import DataDirectory
from melodee.token_secrets import TokenSecrets
from tests.intake.conftest import library as bare
from tests.library import Library

__all__ = ["bare"]


@pytest.fixture
def library(bare: Library, tmp_path: Path) -> Library:
    keys = TokenSecrets.of(DataDirectory(tmp_path), {})
    add_account(bare.database, "listener", "secret word", keys)
    add_account(bare.database, "chief", "secret word", keys, admin=True)
    return bare
