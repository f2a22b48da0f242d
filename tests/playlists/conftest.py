"""A library with an administrator, to whom playlists that come as files belong."""

import pytest

from tests.accounts_of import chief_of
from tests.intake.conftest import library as bare
from tests.library import Library

__all__ = ["bare"]


@pytest.fixture
def library(bare: Library) -> Library:
    chief_of(bare)
    return bare
