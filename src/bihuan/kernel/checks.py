"""Refuse a bad manifest at start, by name, rather than at the first page that needs it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, reverse

from bihuan.kernel.manifest import Dotted, System
from bihuan.kernel.registry import everything, load
from bihuan.kernel.rules.recurrence import KINDS
from bihuan.kernel.rules.reporting import MONTHS as PERIODS

GROUPS = {"field", "customer", "risk", "revenue", "foundation"}


@register()
def manifests(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every manifest names things that exist, once."""
    found = list(everything())
    problems: list[CheckMessage] = []
    for system in found:
        problems += [
            Error(f"system {system.name}: {path!r} cannot be loaded: {why}", id="bihuan.E001")
            for path in _paths(system)
            if (why := _unloadable(path))
        ]
        if system.group not in GROUPS:
            problems.append(Error(f"system {system.name}: unknown group {system.group!r}", id="bihuan.E002"))
        problems += _menu(system)
        problems += _kinds(system)
        problems += _obligations(system)
        problems += _reports(system)
    names = Counter(spec.key for system in found for spec in system.standards)
    names += Counter(kind.key for system in found for kind in system.case_kinds)
    duties = Counter(spec.key for system in found for spec in system.obligations)
    problems += [
        Error(f"obligation {key!r} is declared twice", id="bihuan.E004") for key, n in duties.items() if n > 1
    ]
    names += Counter(f"job {spec.name}" for system in found for spec in system.jobs)
    names += Counter(f"indicator {spec.key}" for system in found for spec in system.indicators)
    names += Counter(f"report {spec.key}" for system in found for spec in system.reports)
    problems += [Error(f"{name!r} is declared twice", id="bihuan.E004") for name, n in names.items() if n > 1]
    return problems


def _paths(system: System) -> list[Dotted]:
    paths = [system.intake, system.tiles, system.search, system.sample, system.erase, system.clear_unit]
    paths += [system.api, system.case_panel, system.wall, system.people_changed, system.seed]
    paths += [system.pairs, system.erase_customer, system.recalendar]
    paths += [panel.read for panel in system.customer_panels]
    paths += [indicator.read for indicator in system.indicators]
    paths += [schedule.run for schedule in system.schedules]
    paths += [timer.fire for timer in system.timers]
    paths += [path for topic in system.live for path in (topic.render, topic.stale, topic.counts)]
    paths += [listing for _, listing in system.transfers]
    paths += [spec.subjects for spec in system.obligations]
    paths += [path for job in system.jobs for path in (job.run, job.describe)]
    paths += [report.units for report in system.reports]
    if system.surveys:
        paths += [system.surveys.wave_panel, system.surveys.reply_panel, system.surveys.closing]
    paths += [section.read for report in system.reports for section in report.sections]
    return [path for path in paths if path]


def _unloadable(path: Dotted) -> str:
    try:
        load(path)
    except (ImportError, AttributeError, ValueError) as error:
        return str(error)
    return ""


def _menu(system: System) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for url, _words, _verb in (page for part in system.parts for page in part.pages):
        try:
            reverse(url)
        except NoReverseMatch:
            problems.append(Error(f"system {system.name}: menu names no page {url!r}", id="bihuan.E003"))
    return problems


def _reports(system: System) -> list[CheckMessage]:
    keys = {spec.key for each in everything() for spec in each.standards}
    return [
        Error(f"report {report.key}: {wrong}", id="bihuan.E007")
        for report in system.reports
        for wrong in (
            "" if report.day in keys else f"no standard {report.day!r}",
            "" if report.kind in PERIODS else f"no such period {report.kind!r}",
        )
        if wrong
    ]


def _kinds(system: System) -> list[CheckMessage]:
    keys = {spec.key for each in everything() for spec in each.standards}
    return [
        Error(f"case kind {kind.key}: no standard {key!r}", id="bihuan.E005")
        for kind in system.case_kinds
        for key in (kind.limit, kind.standard, *(task.warn for task in kind.tasks))
        if key and key not in keys
    ]


def _obligations(system: System) -> list[CheckMessage]:
    keys = {spec.key for each in everything() for spec in each.standards}
    kinds = {kind.key for each in everything() for kind in each.case_kinds}
    problems: list[CheckMessage] = []
    for spec in system.obligations:
        wrong = [f"no standard {key!r}" for key in (spec.standard, spec.all_year) if key and key not in keys]
        wrong += [f"no kind of case {spec.missed!r}"] if spec.missed not in kinds else []
        wrong += [f"no period {spec.period!r}"] if spec.period not in KINDS else []
        problems += [Error(f"obligation {spec.key}: {why}", id="bihuan.E006") for why in wrong]
    return problems
