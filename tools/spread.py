"""How the suite is spread over its workers: whole files, the long ones first."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PLAY = "tests/test_play.py"
"""Wants the house of its worker as nobody has touched it."""

PAGES = (
    "tests/test_browser.py",
    "tests/service/test_browser.py",
    "tests/equity/test_browser.py",
    "tests/loyalty/test_browser.py",
)
GUESTS = (
    "tests/service/test_inspect_phone.py",
    "tests/test_survey_phone.py",
    "tests/equity/test_till.py",
    "tests/test_two_people.py",
)
"""Share the house of their worker, the fixture `home`, with pages and play."""

LONG_FIRST = (
    PLAY,
    "tests/test_jobs_killed.py",
    "src/bihuan/site/tests/test_sample.py",
    *PAGES,
    "tests/test_postgresql_gone.py",
    "tests/test_bad_days.py",
    *GUESTS,
    "src/bihuan/gateway/tests/test_strangers.py",
    "src/bihuan/gateway/tests/test_bad_days.py",
    "src/bihuan/gateway/tests/test_postgres.py",
    "src/bihuan/systems/instruments/tests/test_fleet_terminals.py",
    "src/bihuan/telemetry/tests/test_rfm.py",
    "src/bihuan/site/tests/test_tables.py",
    "src/bihuan/web/tests/test_browser.py",
    "src/bihuan/web/tests/test_lists.py",
    "src/bihuan/kernel/tests/test_improvements.py",
    "src/bihuan/kernel/tests/test_obligations.py",
)
"""Begun last, one of them would be the tail that a single worker still runs. Jobs are killed while the first
worker makes the data folder that all houses of the demo copy; what waits for sockets more than it computes
runs beside pages."""

ORDER = {path: number for number, path in enumerate(LONG_FIRST)}


def place(path: str) -> int:
    return ORDER.get(path, len(ORDER))


def in_order(items: "list[pytest.Item]") -> None:
    items.sort(key=lambda item: place(item.nodeid.partition("::")[0]))
