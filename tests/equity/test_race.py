"""One coupon at two shops at once, one letter and its withdrawal at once, on a real database."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from bihuan.systems.equity.tests import race

pytestmark = [
    *(pytest.mark.slow, pytest.mark.both, pytest.mark.timeout(180)),
    pytest.mark.django_db(transaction=True),
]
CODE = "import django; django.setup(); from bihuan.systems.equity.tests.race import main; main({name!r})"


def on_file(home: Path, name: str) -> dict[str, Any]:
    env = {
        **os.environ,
        "BIHUAN_HOME": str(home),
        "BIHUAN_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
    }
    clear = "from bihuan.kernel.models import Unit, User; User.objects.all().delete()"
    clear += "; Unit.objects.all().delete()"
    code = CODE.format(name=name).replace("; from", f"; {clear}; from", 1)
    done = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def played(request: pytest.FixtureRequest) -> Callable[[str], dict[str, Any]]:
    """Plays a race on the database that the suite runs on; SQLite in memory knows no second connection."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return lambda name: race.RACES[name]()
    home: Path = request.getfixturevalue("fresh_home")
    return lambda name: on_file(home, name)


def test_a_coupon_at_two_shops_at_once_is_redeemed_once(played: Callable[[str], dict[str, Any]]) -> None:
    found = played("two_shops")
    assert found["outcomes"] == [["redeemed", "used"]] * race.ROUNDS
    assert found["scans"] == ["redeemed", "used"] * race.ROUNDS


def test_a_letter_and_its_withdrawal_at_once_agree(played: Callable[[str], dict[str, Any]]) -> None:
    assert played("withdrawals") == {"wrong": [], "withdrawn": race.ROUNDS}
