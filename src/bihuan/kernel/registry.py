"""The manifests of the systems that are switched on, and what they name by key."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

from bihuan.kernel.manifest import (
    CaseKind,
    Dotted,
    IndicatorSpec,
    JobSpec,
    ObligationSpec,
    PostSpec,
    ReportSpec,
    StandardSpec,
    SurveySpec,
    System,
    TaskSpec,
)


def load(path: Dotted) -> Any:
    """The object that a dotted path names. Raises ImportError or AttributeError with its name."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


@cache
def systems() -> tuple[System, ...]:
    """The systems that are switched on, in the order of the settings."""
    return tuple(load(f"{room}.system:SYSTEM") for room in settings.SYSTEMS)


@cache
def _kernel() -> System:
    found: System = load("bihuan.kernel.system:SYSTEM")
    return found


def everything() -> tuple[System, ...]:
    """The kernel's own manifest first, then the systems'."""
    return (_kernel(), *systems())


@cache
def standard_specs() -> dict[str, StandardSpec]:
    return {spec.key: spec for system in everything() for spec in system.standards}


@cache
def case_kinds() -> dict[str, tuple[System, CaseKind]]:
    return {kind.key: (system, kind) for system in everything() for kind in system.case_kinds}


@cache
def obligation_specs() -> dict[str, tuple[System, ObligationSpec]]:
    return {spec.key: (system, spec) for system in everything() for spec in system.obligations}


@cache
def posts() -> dict[str, PostSpec]:
    return {post.key: post for system in everything() for post in system.posts}


@cache
def notice_pages() -> dict[str, str]:
    return dict(pair for system in everything() for pair in system.notice_pages)


@cache
def task_specs() -> dict[tuple[str, str], TaskSpec]:
    """The declared further duties by kind of case and key."""
    return {(kind.key, task.key): task for _, kind in case_kinds().values() for task in kind.tasks}


@cache
def job_specs() -> dict[str, JobSpec]:
    return {spec.name: spec for system in everything() for spec in system.jobs}


@cache
def report_specs() -> dict[str, tuple[System, ReportSpec]]:
    return {spec.key: (system, spec) for system in everything() for spec in system.reports}


@cache
def indicator_specs() -> dict[str, tuple[System, IndicatorSpec]]:
    return {spec.key: (system, spec) for system in everything() for spec in system.indicators}


@cache
def contributions() -> tuple[str, ...]:
    return tuple(verb for system in everything() for verb in system.contributions)


@cache
def _survey_specs() -> dict[str, SurveySpec]:
    return {
        kind: system.surveys for system in everything() if system.surveys for kind in system.surveys.kinds
    }


def survey_of(subject_kind: str) -> SurveySpec | None:
    """What the system whose word this is adds to its waves."""
    return _survey_specs().get(subject_kind)


def collect(read: Callable[[System], Dotted]) -> list[tuple[System, Any]]:
    """Each system that names a function for something, with that function."""
    return [(system, load(read(system))) for system in everything() if read(system)]
