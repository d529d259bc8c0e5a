"""What runs, whether it keeps up, and whether the clock was set back under it."""

import time
from datetime import UTC, datetime
from typing import Final
from urllib.error import HTTPError
from urllib.request import urlopen

from bihuan.environment import Environment
from bihuan.kernel.beat import FRESH_S
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.models import IntakePosition, ProcessBeat
from bihuan.kernel.read.notices import post
from bihuan.site.doctor.finding import Finding
from bihuan.site.doctor.records import age_s

NEEDED: Final = ("gateway", "web", "live", "worker")
LAG_S: Final = 60.0
"""A fact should be on the pages within a second; a minute is a fault."""
AHEAD_S: Final = 60.0
EARLIEST: Final = datetime(2025, 1, 1, tzinfo=UTC)


def alive(environment: Environment, log: IntakeLog) -> set[str]:
    """Processes that gave a sign of life within the last half minute."""
    found = {row.name for row in ProcessBeat.objects.all() if abs(age_s(row.at)) < FRESH_S}
    now_us = time.time() * 1e6
    if any(abs(now_us - gateway.at_us) < FRESH_S * 1e6 for gateway in log.gateways()):
        found.add("gateway")
    if _answers(environment):
        found.add("web")
    return found


def _answers(environment: Environment) -> bool:
    url = f"http://{environment.host}:{environment.port}/healthz"
    try:
        with urlopen(url, timeout=2):
            return True
    except HTTPError:
        return True
    except (OSError, ValueError):
        return False


def running(living: set[str]) -> Finding:
    """All or none: some without the others is a fault."""
    missing = [name for name in NEEDED if name not in living]
    if not missing:
        return Finding("processes", True, "all run")
    if len(missing) == len(NEEDED):
        return Finding("processes", True, "none runs")
    names = ", ".join(missing)
    return Finding(
        "processes",
        False,
        f"no sign of life from {names}",
        f"look into the logs of {names}, then `bihuan up`",
    )


def lag(log: IntakeLog) -> Finding:
    """How long the oldest message that is not applied yet has been waiting."""
    worst = 0.0
    for gateway in log.gateways():
        seq = IntakePosition.objects.filter(gateway=gateway.gateway).values_list("seq", flat=True).first()
        rows = log.rows_after(gateway.gateway, seq or 0, 1)
        worst = max(worst, time.time() - rows[0].at_us / 1e6 if rows else 0.0)
    if worst > LAG_S:
        detail = f"messages have waited for {worst:.0f} s"
        return Finding("intake lag", False, detail, "start the worker, or look into its log")
    return Finding("intake lag", True, f"{max(worst, 0.0):.0f} s")


def notices() -> Finding:
    """Whether somebody looks at the channels, and whether the other sides take what is sent."""
    state = post()
    if state.stands_still:
        detail = f"no channel has been looked at for {state.lag_s:.0f} s, {state.waiting} notices wait"
        return Finding("notices", False, detail, "start the worker, or look into its log")
    if state.troubled:
        detail = f"{state.troubled} channels do not work"
        return Finding("notices", False, detail, "see Administration, Chat rooms: it says why and what to do")
    return Finding("notices", True, f"{state.waiting} wait for their time")


def clock(log: IntakeLog) -> Finding:
    """A clock that was set back leaves records of the future."""
    now = datetime.now(UTC)
    if now < EARLIEST:
        return Finding("clock", False, f"{now:%F %T} UTC", "set the machine's clock, best by NTP")
    newest = [row for gateway in log.gateways() if (row := log.newest(gateway.gateway))]
    instants = [row.at_us / 1e6 for row in newest] + [row.at.timestamp() for row in ProcessBeat.objects.all()]
    ahead = max(instants, default=0.0) - now.timestamp()
    if ahead > AHEAD_S:
        return Finding(
            "clock",
            False,
            f"records are {ahead:.0f} s ahead of the clock: it was set back",
            "set the machine's clock, best by NTP; new records follow once it has caught up",
        )
    return Finding("clock", True, f"{now:%F %T} UTC")
