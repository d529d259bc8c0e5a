"""What the valid replies amount to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from bihuan.kernel.models import Reply, Wave
from bihuan.kernel.read.surveys.bank import form_of
from bihuan.kernel.read.surveys.waves import waves
from bihuan.kernel.rules.measures.means import Sample, summed
from bihuan.kernel.rules.surveys.figures import Figures, figures, score_of
from bihuan.kernel.rules.surveys.form import Value, dimensions


def valid(found: Iterable[Wave]) -> "QuerySet[Reply]":
    return Reply.objects.filter(wave_id__in=[wave.pk for wave in found], valid=True).order_by("pk")


def figures_of(found: Sequence[Wave]) -> Figures:
    """Figures of one wave, or of several that asked the same version.

    Raises ValueError for waves of different versions, or for none: their questions are not the same.
    """
    versions = {wave.version_id for wave in found}
    if len(versions) != 1:
        raise ValueError(f"{len(versions)} versions cannot be put together")
    return figures(form_of(found[0].version), list(valid(found).values_list("answers", flat=True)))


def scores(found: Iterable[Wave], dimension: str) -> dict[int, Sample]:
    """Points 0–100 of the valid replies of each wave in what a dimension measures, in one query.

    A wave without a valid answer to any of its questions is absent.
    """
    rows = {wave.pk: wave for wave in found}
    items = {pk: dimensions(form_of(wave.version).items).get(dimension, ()) for pk, wave in rows.items()}
    points: dict[int, list[float]] = {}
    for key, answers in valid(rows.values()).values_list("wave_id", "answers"):
        score = score_of(items[key], answers)
        if score is not None:
            points.setdefault(key, []).append(score)
    return {key: summed(each) for key, each in points.items()}


def series(found: Sequence[Wave], code: str) -> list[Value]:
    """The valid answers to one question in order of receipt, also over several versions that have it."""
    rows = valid(found).values_list("answers", flat=True)
    return [answers[code] for answers in rows if code in answers]


@dataclass(frozen=True, slots=True)
class Past:
    wave: Wave
    figures: Figures


def history(subject_kind: str, subject_key: str) -> list[Past]:
    """Every wave of a subject with its figures, oldest first."""
    rows = list(waves(subject_kind=subject_kind, subject_key=subject_key).order_by("opens_at", "pk"))
    answered: dict[int, list[dict[str, Value]]] = {wave.pk: [] for wave in rows}
    for key, answers in valid(rows).values_list("wave_id", "answers"):
        answered[key].append(answers)
    return [Past(wave, figures(form_of(wave.version), answered[wave.pk])) for wave in rows]
