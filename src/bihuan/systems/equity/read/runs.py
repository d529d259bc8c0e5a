"""Which model run a person looks at."""

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.db.models.functions import Length

from bihuan.kernel.models import Unit, User
from bihuan.kernel.remembered import remembered
from bihuan.kernel.scope import below, visible

from ..models import ModelRun, Score


def latest(user: User | None, *, fitted: bool = True) -> ModelRun | None:
    """`latest_of` the user's own unit."""
    return latest_of(user.unit if user else None, fitted=fitted)


@remembered
def latest_of(unit: Unit | None, *, fitted: bool = True) -> ModelRun | None:
    """The newest run of the unit itself, else of the nearest above, else of the largest below."""
    rows = ModelRun.objects.select_related("unit")
    if fitted:
        rows = rows.filter(state=ModelRun.State.FITTED)
    if unit is None:
        return rows.order_by("unit__path", "-made_at").first()
    deep = Length("unit__path")
    lower = Q(unit__path__startswith=unit.path) & ~Q(unit=unit)
    near = Case(When(lower, then=deep), default=-deep, output_field=IntegerField())
    return rows.filter(around(unit)).order_by(near, "unit__path", "-made_at").first()


def before(run: ModelRun) -> ModelRun | None:
    """The run of the same unit that came before, where it was fitted."""
    rows = ModelRun.objects.filter(unit=run.unit, state=ModelRun.State.FITTED, made_at__lt=run.made_at)
    return rows.order_by("-made_at").first()


def scores(user: User | None, run: ModelRun | None) -> QuerySet[Score]:
    """What the user may see of the run's customers."""
    rows = Score.objects.filter(run=run) if run else Score.objects.none()
    return rows if user is None else visible(user, rows)


def scores_of(unit: Unit, run: ModelRun) -> QuerySet[Score]:
    """The run's customers of the unit and those below."""
    return below(unit.path, Score.objects.filter(run=run))


def whole(unit: Unit, run: ModelRun) -> bool:
    """Are all customers of the run the unit's? Only then do its totals and intervals belong to the unit."""
    return run.unit.path.startswith(unit.path)


def listed(user: User) -> Q:
    """Runs whose unit lies on the user's way up or below it."""
    return around(user.unit)


def around(unit: Unit) -> Q:
    return Q(unit__in=unit.ancestors) | Q(unit__path__startswith=unit.path)


def units_with_runs() -> list[Unit]:
    keys: Any = ModelRun.objects.order_by().values_list("unit", flat=True).distinct()
    return list(Unit.objects.filter(pk__in=keys).order_by("path"))
