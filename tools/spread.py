"""How the suite is spread over its workers: one house for all who play in it, long files first."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

OF_THE_HOUSE = (
    "tests/test_play.py",
    "tests/test_survey_phone.py",
    "tests/test_inspect_phone.py",
    "tests/test_promotion_phone.py",
    "tests/test_two_people.py",
)
"""Share the fixture `home`: two workers would have two houses. The play wants it untouched."""

LONG_FIRST = (
    "tests/test_jobs_killed.py",
    "src/bihuan/site/tests/test_sample.py",
    "tests/test_browser.py",
    "tests/test_postgresql_gone.py",
    "tests/test_bad_days.py",
    "src/bihuan/gateway/tests/test_strangers.py",
    "src/bihuan/gateway/tests/test_bad_days.py",
    "src/bihuan/gateway/tests/test_postgres.py",
    "src/bihuan/systems/instruments/tests/test_fleet_terminals.py",
    "src/bihuan/site/tests/test_tables.py",
    "src/bihuan/web/tests/test_browser.py",
    "src/bihuan/web/tests/test_lists.py",
    "src/bihuan/kernel/tests/test_improvements.py",
    "src/bihuan/kernel/tests/test_obligations.py",
)
"""Begun last, one of them would be the tail that a single worker still runs. `test_browser` has a house to
itself, on the other worker, and comes when the first has made the data folder that both copy; what waits for
sockets more than it computes runs beside it."""

ORDER = {path: number for number, path in enumerate((*OF_THE_HOUSE, *LONG_FIRST))}


def together(nodeid: str) -> str:
    """The name of the work unit that a test belongs to: its file, or the house."""
    path = nodeid.partition("::")[0]
    return "the house" if path in OF_THE_HOUSE else path


def place(path: str) -> int:
    return ORDER.get(path, len(ORDER))


def in_order(items: "list[pytest.Item]") -> None:
    items.sort(key=lambda item: place(item.nodeid.partition("::")[0]))


def scheduler(config: "pytest.Config", log: Any) -> Any:
    """`--dist loadfile` with our units, in our order."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class Spread(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    config.option.loadscopereorder = False
    return Spread(config, log)
