"""A running Melodee for the tests that use it as its listeners do: one for each file, since an idle one takes time."""

from collections.abc import Iterator

import pytest

from tests.integration.running import HURRIED, WHEELS, Instance, running


@pytest.fixture(scope="module", params=["system", "wheels"])
def instance(request: pytest.FixtureRequest) -> Iterator[Instance]:
    """Once on the system's PostgreSQL and ffmpeg, once on those of the wheels with the system's hidden."""
    environment = WHEELS if request.param == "wheels" else {"MELODEE_POSTGRES": "system"}
    with running(environment | HURRIED) as made:
        yield made
