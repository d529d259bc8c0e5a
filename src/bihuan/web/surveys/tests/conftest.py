from collections.abc import Iterator

import pytest


@pytest.fixture
def world(db: None) -> object:
    """`kernel.tests.world.World`."""
    from bihuan.kernel.tests.world import build, seed

    seed()
    return build()


@pytest.fixture
def out(world: object) -> object:
    """A `Wave` of 生科楼 that is open."""
    from bihuan.kernel.tests.surveys_world import wave
    from bihuan.kernel.tests.world import World

    assert isinstance(world, World)
    return wave(world)


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> Iterator[None]:
    from bihuan.web.surveys.limit import MISSED

    MISSED.forget()
    yield
    MISSED.forget()
