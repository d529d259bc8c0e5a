"""Waves and their three counts."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from bihuan.kernel.models import Reply, Sheet, Wave
from bihuan.kernel.rules.surveys.validity import EXCLUDED, Counts


def waves(
    *, subject_kind: str = "", subject_key: str = "", period: str = "", unit_path: str = ""
) -> "QuerySet[Wave]":
    """Waves of a subject, of all subjects of a kind, of a period; whose rows they are is `scope.visible`."""
    rows = Wave.objects.select_related("version", "version__questionnaire", "unit")
    wanted = {"subject_kind": subject_kind, "subject_key": subject_key, "period": period}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return rows.filter(unit__path__startswith=unit_path) if unit_path else rows


def counts(found: Iterable[Wave]) -> dict[int, Counts]:
    """Issued, returned, valid of each wave by its key, in two queries. A withdrawn sheet was never issued."""
    wanted = {wave.pk: wave.wanted for wave in found}
    sheets = Sheet.objects.filter(wave_id__in=wanted, withdrawn_at=None).order_by().values("wave_id")
    replies = Reply.objects.filter(wave_id__in=wanted).order_by().values("wave_id")
    issued = {row["wave_id"]: row["n"] for row in sheets.annotate(n=Count("pk"))}
    back = {
        row["wave_id"]: (row["n"], row["ok"])
        for row in replies.annotate(n=Count("pk"), ok=Count("pk", filter=Q(valid=True)))
    }
    return {key: Counts(number, issued.get(key, 0), *back.get(key, (0, 0))) for key, number in wanted.items()}


def counts_of(wave: Wave) -> Counts:
    return counts([wave])[wave.pk]


def totals(found: Iterable[Wave]) -> Counts:
    """All of them together."""
    return sum(counts(found).values(), Counts(0, 0, 0, 0))


def excluded_of(wave: Wave) -> int:
    """Replies that somebody took out of the figures after field control."""
    rows = Reply.objects.filter(wave=wave, valid=False).values_list("reasons", flat=True)
    return sum(EXCLUDED in reasons for reasons in rows)
