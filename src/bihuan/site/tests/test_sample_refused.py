"""The demo organisation does not come over real data."""

import pytest

from bihuan.inputs import BadInput
from bihuan.kernel.models import Place, Unit
from bihuan.site import sample

pytestmark = pytest.mark.django_db


def test_real_data_in_the_way_is_named() -> None:
    root = Unit.objects.create(name="总部", code="ROOT")
    Place.objects.create(code="3F-301", name="离心机室", unit=root)
    with pytest.raises(BadInput, match=r"in use already.*BIHUAN_HOME"):
        sample.load()
    assert not Unit.objects.filter(code="DEMO").exists()
