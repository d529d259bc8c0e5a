"""What every test lives in: a data folder of its own, no skip unseen, the same examples on every run."""

import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tools import spread

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:
    os.environ["BIHUAN_HOME"] = str(Path(os.environ["BIHUAN_HOME"]) / WORKER)
else:
    os.environ["BIHUAN_HOME"] = tempfile.mkdtemp(prefix="bihuan-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Many tests start processes of ours: each would compile everything again."""

hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Settings are read here and not by the plugin, which would look before the data folder is named."""
    from django.conf import settings

    if settings.HOME.resolve() != Path(os.environ["BIHUAN_HOME"]).resolve():
        raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests have a data folder of their own")
    if getattr(config.option, "numprocesses", None) and not WORKER:
        del os.environ["DJANGO_SETTINGS_MODULE"]  # or the plugin of each worker reads the settings of ours
    if "instruments" in absent_systems():
        raise pytest.UsageError("BIHUAN_SYSTEMS: the frame is tested by examples of instruments, name it too")
    settings.WHITENOISE_AUTOREFRESH = True  # else every test client lists the static files again
    from django.contrib.auth.hashers import ScryptPasswordHasher

    ScryptPasswordHasher.work_factor = 2**4
    """The same words, quickly: nobody steals the passwords of a test."""


def pytest_unconfigure(config: pytest.Config) -> None:
    if not WORKER:
        shutil.rmtree(os.environ["BIHUAN_HOME"], ignore_errors=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: without this every full collection walks it again."""
    gc.collect()
    gc.freeze()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """The tests of a system that does not run (BIHUAN_SYSTEMS) lie in a folder of its name."""
    return True if collection_path.name in absent_systems() and collection_path.is_dir() else None


def absent_systems() -> set[str]:
    from django.conf import settings

    return set(settings.ALL_SYSTEMS) - {system.rpartition(".")[2] for system in settings.SYSTEMS}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from tools import pg

    spread.in_order(items)
    if absent_systems():
        of_all = [item for item in items if item.get_closest_marker("all_systems")]
        config.hook.pytest_deselected(items=of_all)
        items[:] = [item for item in items if item not in of_all]
    absent = {
        "browser": None
        if chromium()
        else "Chromium is not installed (Debian: apt-get install chromium-headless-shell)",
        "postgres": None
        if pg.binaries()
        else "PostgreSQL is not installed (Debian: apt-get install postgresql)",
    }
    for item in items:
        for marker, reason in absent.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What is held for a minute is another house's after each test; what is written is its own."""
    if found := sys.modules.get("bihuan.kernel.remembered"):
        found.next_minute()
    if found := sys.modules.get("bihuan.kernel.tests.once"):
        found.begin(commits=commits(item))


def commits(item: pytest.Item) -> bool:
    """Its rows are seen by other connections, and deleted at its end instead of undone."""
    asked = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or bool(asked and asked.kwargs.get("transaction"))


def chromium() -> str | None:
    """The browser of the system, never one that a package downloads."""
    names = (
        *("chromium-headless-shell", "chromium", "chromium-browser"),
        *("google-chrome", "google-chrome-stable"),
    )  # the shell draws the same pages with a sixth less of processor
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    return next(filter(None, map(shutil.which, names)), mac if Path(mac).exists() else None)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """As the plugin makes it, with the tables as a new house has them: to migrate takes fifteen seconds."""
    from django.core import management
    from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite
    from django.test.utils import setup_databases, teardown_databases

    from bihuan.site.tables import from_nothing

    in_memory = Sqlite.is_in_memory_db
    """Such a database is never closed by Django, for it would be gone: true of the first connection alone."""
    real = management.call_command

    def call(name: str, *args: Any, **options: Any) -> Any:
        return from_nothing() if name == "migrate" else real(name, *args, **options)

    with django_db_blocker.unblock(), patch.object(management, "call_command", call):
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
    here = threading.main_thread()
    first = patch.object(
        Sqlite, "is_in_memory_db", lambda self: in_memory(self) and threading.current_thread() is here
    )
    with first:
        yield
        from bihuan.kernel import together

        together.WRITER.stop()
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = chromium()
    assert path, "only tests marked browser may ask for it"
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("BIHUAN_NO_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a skip is not allowed here: {reason_of(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and os.environ.get("BIHUAN_NO_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: a skip is not allowed here: {reason_of(report)}"
    return report


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
