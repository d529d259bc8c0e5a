"""`bihuan report list | make | export`."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup

if TYPE_CHECKING:
    from bihuan.kernel.models import Report, ReportVersion
    from bihuan.kernel.rules.periods import Period


@contextmanager
def ready() -> Iterator[None]:
    setup()
    from django.conf import settings
    from django.utils.translation import override

    with override(settings.LANGUAGE_CODE):
        yield


def show(args: argparse.Namespace) -> int:
    with ready():
        from django.db.models import Max

        from bihuan.kernel.models import Report

        rows = Report.objects.select_related("unit").annotate(version=Max("versions__number"))
        rows = rows.filter(key=args.report) if args.report else rows
        rows = rows.filter(unit__code=args.unit) if args.unit else rows
        rows = rows.filter(first_on=period_of(args.period).first) if args.period else rows
        found = [told(row, row.version) for row in rows.order_by("-last_on", "key", "unit__path")]
    lines = [
        f"{one['period']:<8} {one['report']:<20} {one['unit']:<12} {one['state']:<10} {one['due_at'][:10]}"
        for one in found
    ]
    answer({"items": found, "count": len(found)}, lines or ["no reports"], as_json=args.json)
    return 0


def make(args: argparse.Namespace) -> int:
    with ready():
        from django.utils import timezone

        from bihuan.kernel.act.reports import assemble, row_for
        from bihuan.kernel.registry import report_specs

        unit, period = unit_of(args.unit), period_of(args.period)
        spec = report_specs()[known(args.report)][1]
        if period.kind != spec.kind:
            raise BadInput(f"{args.report}: is about a {spec.kind}; {args.period!r} is a {period.kind}")
        if timezone.localdate() <= period.last:
            raise BadInput(f"{args.period}: the period is not over")
        row = row_for(spec=spec, unit=unit, period=period, owed=False)
        version, fresh = assemble(row=row)
        found = {**told(row, version.number), "fresh": fresh, "sha256": version.sha256}
        found["changes"] = len(version.changes)
    words = "made" if fresh else "nothing has changed since"
    lines = [f"{args.report} {args.unit} {args.period}: version {found['version']} {words}"]
    answer(found, lines, as_json=args.json)
    return 0


def export(args: argparse.Namespace) -> int:
    path = Path(args.file)
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"{path}: the name must end in .xlsx")
    with ready():
        from bihuan.web.reports.workbook import write_report

        version = version_of(args)
        fresh = path.with_name(f".{path.name}.part")
        write_report(version, fresh)
        fresh.replace(path)
        found = {**told(version.report, version.number), "file": str(path)}
    lines = [f"version {found['version']} of {args.report} {args.unit} {args.period} in {path}"]
    answer(found, lines, as_json=args.json)
    return 0


def version_of(args: argparse.Namespace) -> "ReportVersion":
    from bihuan.kernel.models import ReportVersion

    rows = ReportVersion.objects.filter(
        report__key=known(args.report),
        report__unit=unit_of(args.unit),
        report__first_on=period_of(args.period).first,
    )
    rows = rows.filter(number=args.number) if args.number else rows
    version = rows.select_related("report__unit", "made_by").order_by("-number").first()
    if version is None:
        raise BadInput(f"{args.report} {args.unit} {args.period}: there is no such version; `report make` it")
    return version


def told(row: "Report", number: int | None) -> dict[str, Any]:
    from bihuan.kernel.read.reports import period_of as period

    return {
        "report": row.key,
        "unit": row.unit.code,
        "period": str(period(row)),
        "state": row.state,
        "due_at": row.due_at.astimezone(period(row).zone).isoformat(),
        "provisional": row.due_provisional,
        "version": number,
    }


def known(key: str) -> str:
    from bihuan.kernel.registry import report_specs

    if key not in report_specs():
        raise BadInput(f"there is no report {key!r}; there are: {', '.join(report_specs())}")
    return key


def unit_of(code: str) -> Any:
    from bihuan.kernel.models import Unit

    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise BadInput(f"there is no unit with code {code!r}")
    return unit


def period_of(text: str) -> "Period":
    from bihuan.kernel.read.calendar import working_calendar
    from bihuan.kernel.rules.periods import Period

    try:
        return Period.read(text, working_calendar().zone)
    except ValueError as error:
        raise BadInput(str(error)) from None
