from collections.abc import Iterator

import pytest
from django.urls import resolve


@pytest.fixture
def world(db: None) -> object:
    """江州分公司 > 生科楼, 北山分公司 beside them, and a person of each role (`kernel.tests.world.World`)."""
    from bihuan.kernel.tests.world import build, seed

    seed()
    return build()


@pytest.fixture
def desk_world(db: None) -> Iterator[object]:
    """The same people with the desk's manifest: kinds with a notice, proof and call-backs; posts held.

    The addresses are read before the manifest is exchanged, because they name installed systems.
    """
    from bihuan.kernel.tests.desk_world import desk

    resolve("/cases/")
    with desk() as found:
        yield found
