"""Removes the demo organisation; events and their sealed chain stay and still verify."""

import shutil
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Model, ProtectedError

from bihuan.kernel.act.events import record
from bihuan.kernel.act.surveys.forget import clear_unit as clear_surveys
from bihuan.kernel.evidence import path_of
from bihuan.kernel.models import (
    Aim,
    Attempt,
    Card,
    Case,
    CaseLink,
    Cause,
    Customer,
    Event,
    Evidence,
    Improvement,
    ImprovementCase,
    Note,
    Notice,
    Obligation,
    Person,
    Place,
    Post,
    Publication,
    Report,
    ReportVersion,
    Task,
    Unit,
    User,
)
from bihuan.kernel.registry import collect
from bihuan.site.sample import DEMO

ON_CASES: tuple[tuple[type[Model], str], ...] = (
    (Aim, "unit__path"),
    (Publication, "version__report__unit__path"),
    (ReportVersion, "report__unit__path"),
    (Report, "unit__path"),
    (Notice, "case__unit__path"),
    (Note, "case__unit__path"),
    (Attempt, "task__case__unit__path"),
    (CaseLink, "case__unit__path"),
    (CaseLink, "other__unit__path"),
    (Task, "case__unit__path"),
    (ImprovementCase, "case__unit__path"),
    (Improvement, "unit__path"),
    (Obligation, "unit__path"),
    (Evidence, "unit__path"),
    (Case, "unit__path"),
)
ON_UNITS: tuple[tuple[type[Model], str], ...] = (
    (Post, "unit__path"),
    (Card, "person__unit__path"),
    (Person, "unit__path"),
    (Customer, "unit__path"),
    (Place, "unit__path"),
)
"""Each in an order in which nothing that is left still points to what goes."""


def clean() -> dict[str, int]:
    """How many rows of each kind went; nothing at all when there is no demo organisation (any more)."""
    with transaction.atomic():
        counts: Counter[str] = Counter()
        for unit in Unit.objects.filter(code__startswith=DEMO).exclude(parent__code__startswith=DEMO):
            counts.update(_clear(unit))
        for cause in Cause.objects.filter(code__startswith=DEMO).order_by("-path"):
            cause.delete()
    shutil.rmtree(Path(settings.HOME) / "terminals", ignore_errors=True)
    return dict(counts)


def _clear(unit: Unit) -> dict[str, int]:
    for _, clear in collect(lambda system: system.clear_unit):
        clear(unit)
    clear_surveys(unit)
    evidence = Evidence.objects.filter(unit__path__startswith=unit.path)
    digests = set(evidence.values_list("sha256", flat=True))
    counts = _delete(ON_CASES, unit)
    transaction.on_commit(lambda: _remove(digests))
    counts |= _delete(ON_UNITS, unit)
    counts |= _accounts(unit)
    counts["Unit"] = _units(unit)
    record(verb="sample.removed", subject=f"unit:{unit.pk}")
    return counts


def _units(unit: Unit) -> int:
    """From the leaves up, a level at once: one by one, each would ask every table that names a unit."""
    levels: dict[int, list[int]] = {}
    for pk, path in Unit.objects.filter(path__startswith=unit.path).values_list("pk", "path"):
        levels.setdefault(path.count("/"), []).append(pk)
    for _, keys in sorted(levels.items(), reverse=True):
        Unit.objects.filter(pk__in=keys).delete()
    return sum(map(len, levels.values()))


def _delete(kinds: tuple[tuple[type[Model], str], ...], unit: Unit) -> dict[str, int]:
    counts = {}
    for model, path in kinds:
        rows = model._default_manager.filter(**{f"{path}__startswith": unit.path})
        counts[model.__name__] = rows.count()
        rows.delete()
    return counts


def _accounts(unit: Unit) -> dict[str, int]:
    """Demo accounts go; those that a record names for good lose their name and their way in."""
    gone = kept = 0
    names: set[str] = set()
    root = Unit.objects.get(pk=unit.parent_id or unit.pk)
    for user in User.objects.filter(unit__path__startswith=unit.path).order_by("-pk"):
        names.add(user.username)
        if user.demo and _deleted(user):
            gone += 1
        else:
            _retire(user, root)
            kept += 1
    _forget_logins(names)
    return {"User": gone, "User kept without name": kept}


def _deleted(user: User) -> bool:
    if Event.objects.filter(actor=user).exists():
        return False
    try:
        user.delete()
    except ProtectedError:
        return False
    return True


def _retire(user: User, root: Unit) -> None:
    """A real account that was put below the demo unit keeps its name: somebody may give it a unit again."""
    if user.demo:
        user.username, user.name, user.email = f"erased-{user.pk}", "—", ""
        user.person = user.superior = None
        user.set_unusable_password()
        user.notices.all().delete()
    user.tokens.all().delete()
    user.channels.all().delete()
    user.unit, user.is_active = root, False
    user.save()


def _remove(digests: set[str]) -> None:
    """Files that no evidence names any more."""
    for digest in digests - set(Evidence.objects.filter(sha256__in=digests).values_list("sha256", flat=True)):
        path_of(digest).unlink(missing_ok=True)


def _forget_logins(names: set[str]) -> None:
    """Take the demo passwords out of the file that first showed them."""
    path = Path(settings.HOME) / "secrets" / "logins.txt"
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        left = [line for line in lines if not names & set(line.split())]
        path.write_text("".join(left), encoding="utf-8")
