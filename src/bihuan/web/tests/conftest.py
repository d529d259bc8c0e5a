import pytest


@pytest.fixture
def world(db: None) -> object:
    """江州分公司 > 生科楼, 北山分公司 beside them, and a person of each role (`kernel.tests.world.World`)."""
    from bihuan.kernel.act.standards import seed
    from bihuan.kernel.tests.world import build

    seed()
    return build()
