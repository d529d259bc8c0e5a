"""What a fresh data folder holds before anybody signs in."""

import pytest

from bihuan.kernel.models import Rung
from bihuan.kernel.registry import everything
from bihuan.site.prepare import prepare


@pytest.mark.django_db
def test_the_ladder_of_escalation_is_there_at_the_first_start_and_own_changes_stay() -> None:
    prepare()
    declared = sum(len(system.ladder) for system in everything())
    assert Rung.objects.count() == declared > 0
    changed = Rung.objects.filter(days_late=5).update(active=False)
    prepare()
    assert Rung.objects.count() == declared
    assert Rung.objects.filter(active=False).count() == changed > 0
