"""For machines: alive, ready, and numbers to watch."""

import logging
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.kernel.act.access import token_user
from bihuan.kernel.models import Case, Quarantine
from bihuan.kernel.read.notices import post
from bihuan.kernel.read.processes import health
from bihuan.kernel.rules.lifecycle import OPEN, UNFIXED
from bihuan.web.client import is_near

log = logging.getLogger(__name__)
_migrated = False
"""Once true it stays true for this process: an upgrade starts a new one."""


@never_cache
@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 until database, migrations and the other processes are there; says which is not."""
    problems: list[str] = []
    try:
        if not migrated():
            problems.append("migrations: not applied; run bihuan upgrade")
        problems += [f"process: {name} is not running" for name in health().down]
    except (DatabaseError, OSError) as error:
        log.warning("not ready: %s", error)
        problems.append("database: does not answer")
    except Exception:
        log.exception("not ready")
        problems.append("intake log: cannot be read")
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


@never_cache
@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this machine, trusted networks, or a token that may read."""
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    known = kind.casefold() == "bearer" and token_user(token.strip(), "read") is not None
    if not known and not is_near(request):
        return HttpResponse("send a token\n", status=401, content_type="text/plain")
    text = "\n".join(_lines()) + "\n"
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    yield from _cases()
    found = health()
    now = timezone.now()
    yield "# HELP bihuan_process_beat_age_seconds Seconds since a process last said that it lives."
    yield "# TYPE bihuan_process_beat_age_seconds gauge"
    for process in found.processes:
        if process.at is not None:
            yield _sample(
                "process_beat_age_seconds", (now - process.at).total_seconds(), process=process.name
            )
    yield "# HELP bihuan_intake_waiting_rows Received and not yet applied."
    yield "# TYPE bihuan_intake_waiting_rows gauge"
    for one in found.backlog:
        yield _sample("intake_waiting_rows", one.rows, gateway=one.gateway)
    yield "# HELP bihuan_intake_lag_seconds Age of the oldest row that waits."
    yield "# TYPE bihuan_intake_lag_seconds gauge"
    for one in found.backlog:
        yield _sample("intake_lag_seconds", one.lag_s, gateway=one.gateway)
    yield from _post()
    yield "# HELP bihuan_quarantined_rows Rows that could not be applied and were passed."
    yield "# TYPE bihuan_quarantined_rows gauge"
    yield _sample("quarantined_rows", Quarantine.objects.filter(released_at=None).count())


def _post() -> Iterator[str]:
    state = post()
    yield "# HELP bihuan_notices_waiting Deliveries of notices that have not gone yet."
    yield "# TYPE bihuan_notices_waiting gauge"
    yield _sample("notices_waiting", state.waiting)
    yield "# HELP bihuan_notices_lag_seconds How long a channel should have been looked at."
    yield "# TYPE bihuan_notices_lag_seconds gauge"
    yield _sample("notices_lag_seconds", state.lag_s)
    yield "# HELP bihuan_troubled_channels Channels that are refused or keep failing."
    yield "# TYPE bihuan_troubled_channels gauge"
    yield _sample("troubled_channels", state.troubled)


def _cases() -> Iterator[str]:
    late = Count("pk", filter=Q(state__in=UNFIXED - {"waiting"}, due_at__lt=timezone.now()))
    rows = Case.objects.order_by().filter(state__in=OPEN).values("system", "state")
    counted = list(rows.annotate(n=Count("pk"), late=late).order_by("system", "state"))
    yield "# HELP bihuan_open_cases Open cases."
    yield "# TYPE bihuan_open_cases gauge"
    for row in counted:
        yield _sample("open_cases", row["n"], system=row["system"], state=row["state"])
    yield "# HELP bihuan_overdue_cases Open cases past their deadline."
    yield "# TYPE bihuan_overdue_cases gauge"
    for system in sorted({row["system"] for row in counted}):
        yield _sample(
            "overdue_cases", sum(row["late"] for row in counted if row["system"] == system), system=system
        )


def _sample(metric: str, value: float, **labels: str) -> str:
    """One line; quotes, backslashes and line ends in a label are escaped."""
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"bihuan_{metric}{{{inside}}} {value:g}" if inside else f"bihuan_{metric} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
