"""Who must be told: holders of posts, superiors, the ladder of a system."""

from dataclasses import replace

from bihuan.kernel.manifest import RungSpec
from bihuan.kernel.models import Case, Post, Role, Rung, Task, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.registry import everything, task_specs
from bihuan.kernel.remembered import remembered
from bihuan.kernel.rules.ladder import Step


@remembered
def holder(key: str, unit: Unit) -> User | None:
    """Who holds the post for the unit: the nearest holder upwards with an active account."""
    rows = Post.objects.filter(key=key, unit__in=unit.ancestors, user__is_active=True)
    found = rows.select_related("user").order_by("-unit__path").first()
    return found.user if found else None


@remembered
def nearest(role: str, unit: Unit) -> User | None:
    """The first active account of a role in the unit, else in the units above it."""
    rows = User.objects.filter(role=role, unit__in=unit.ancestors, is_active=True)
    return rows.order_by("-unit__path", "pk").first()


def told(key: str, case: Case, owner: User | None) -> User | None:
    """Whom a step of the ladder means for this duty; where nobody fits, the manager and then the director."""
    found: User | None = None
    if key == "owner":
        return owner
    if key == "superior":
        found = owner.superior if owner and owner.superior and owner.superior.is_active else None
    elif key not in {Role.MANAGER, Role.DIRECTOR}:
        found = holder(key, case.unit)
    if found is None and key != Role.DIRECTOR:
        found = nearest(Role.MANAGER, case.unit)
    return found or nearest(Role.DIRECTOR, case.unit)


@remembered
def ladder(system: str) -> tuple[Step, ...]:
    """The active steps for a system: its own, else the kernel's; before any is stored, the installed ones."""
    rows = list(Rung.objects.filter(system__in=[system, ""]))
    if not rows:
        return tuple(Step(-n, each.used, each.days_late, each.tells) for n, each in enumerate(installed()))
    own = [row for row in rows if row.system == system] or rows
    return tuple(Step(row.pk, float(row.used), row.days_late, row.tells) for row in own if row.active)


def steps_of(case: Case, task: Task | None) -> tuple[Step, ...]:
    """The ladder of a case, or of a duty in it, which may name its own day for the reminder of its owner."""
    steps = ladder(case.system)
    spec = task_specs().get((case.kind, task.kind)) if task else None
    if task is None or spec is None or not spec.warn or not task.limit:
        return steps
    used = min(float(value(spec.warn, task.opened_at) / task.limit), 1.0)
    return tuple(replace(one, used=used) if one.tells == "owner" and one.used < 1 else one for one in steps)


def installed() -> tuple[RungSpec, ...]:
    return next(system.ladder for system in everything() if system.name == "kernel")
