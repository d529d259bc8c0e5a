"""A ranking in words: rows of its tables, and the funnel as the chart's description."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.rules.measures.index import rounded
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.web.components.figures import number, percent

from ..models import Item
from ..read.league import Entry, League
from ..rules.league import Change, Dot, Funnel
from .evaluation import why

PLACES = 1


@dataclass(frozen=True, slots=True)
class Row:
    """`rank` None with the reason in `reason`; `value` empty when the figure itself is withheld."""

    name: str
    code: str
    rank: int | None
    best: int | None
    worst: int | None
    value: str
    interval: Interval | None
    shrunk: float | None
    n: int | None
    reason: str
    remark: str

    @property
    def silent(self) -> bool:
        """Nothing at all was found in the quarter."""
        return not self.rank and not self.n and not self.value

    @property
    def points(self) -> float:
        return float(self.value or 0)

    @property
    def band(self) -> str:
        if self.best is None or self.worst is None:
            return ""
        return f"{self.best}" if self.best == self.worst else f"{self.best}–{self.worst}"


def rows_of(found: League, names: Mapping[str, Item]) -> list[Row]:
    return [_row(entry, found, names) for entry in found.entries]


def _row(entry: Entry, found: League, names: Mapping[str, Item]) -> Row:
    ranked = entry.ranked
    value, interval, n = _figure(entry)
    return Row(
        name=str(entry.subject),
        code=entry.subject.code,
        rank=ranked.rank if ranked else None,
        best=ranked.best if ranked else None,
        worst=ranked.worst if ranked else None,
        value=value,
        interval=interval if value else None,
        shrunk=ranked.shrunk if ranked and ranked.rank else None,
        n=n,
        reason=_reason(entry, found, n),
        remark=_remark(entry, names),
    )


def _figure(entry: Entry) -> tuple[str, Interval | None, int | None]:
    """A figure of fewer than ten observations is not shown."""
    if entry.index:
        shown = "" if entry.index.value is None else f"{rounded(entry.index.value)}"
        return shown, entry.index.interval, entry.index.n
    each = entry.indicator
    if each is None:
        return "", None, None
    few = each.n is not None and each.n < LEAST
    return "" if few else f"{rounded(each.value)}", each.interval, each.n


def _reason(entry: Entry, found: League, n: int | None) -> str:
    if entry.ranked and entry.ranked.rank:
        return ""
    if entry.index and entry.index.value is None and entry.index.n:
        return _("too much of the weight has no figure")
    if entry.ranked is None:
        return _("no figure in this quarter")
    if n is None:
        return _("sample size not known")
    return _("sample below %(n)d") % {"n": found.least}


def _remark(entry: Entry, names: Mapping[str, Item]) -> str:
    if entry.index is None or not entry.index.missing:
        return ""
    each = [f"{names[key]} ({why(lack)})" for key, lack in entry.index.missing.items() if key in names]
    return _("without: %(names)s") % {"names": _(", ").join(each)}


def change_rows(found: League) -> list[dict[str, Any]]:
    """What is sure first, then by name."""
    names = {str(entry.subject.pk): str(entry.subject) for entry in found.entries}
    rows = [_change(change, names[change.key]) for change in found.changes]
    return sorted(rows, key=lambda row: (not row["sure"], not row["tested"], row["name"]))


def _change(change: Change, name: str) -> dict[str, Any]:
    each = change.difference
    if each is None or change.adjusted is None:
        return {"name": name, "tested": False, "sure": False, "verdict": _("cannot be compared")}
    verdict = _("no detectable change")
    if change.detected:
        verdict = pgettext("change", "higher") if each.value > 0 else pgettext("change", "lower")
    return {
        "name": name,
        "tested": True,
        "sure": change.detected,
        "value": each.value,
        "low": each.interval.low,
        "high": each.interval.high,
        "p": change.adjusted,
        "p_words": chance(change.adjusted),
        "verdict": verdict,
        "change": f"{'+' if each.value > 0 else ''}{number(each.value, PLACES)}",
        "interval": f"{number(each.interval.low, PLACES)} – {number(each.interval.high, PLACES)}",
    }


def chance(p: float, places: int = 3) -> str:
    """A p value as it follows its letter: `= 0.745`, and never `= 0.000`."""
    least = 10**-places
    return f"< {number(least, places)}" if p < least else f"= {number(p, places)}"


def funnel_rows(funnel: Funnel, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": names[dot.key], "dot": dot, "verdict": _beyond(dot)}
        for dot in sorted(funnel.dots, key=lambda dot: (-abs(dot.side) - dot.alarmed, names[dot.key]))
    ]


def _beyond(dot: Dot) -> str:
    if not dot.side:
        return _("within what chance explains")
    if dot.side > 0:
        return _("above the 99.8 % limit") if dot.alarmed else _("above the 95 % limit")
    return _("below the 99.8 % limit") if dot.alarmed else _("below the 95 % limit")


def funnel_chart(funnel: Funnel, names: Mapping[str, str]) -> dict[str, Any]:
    """Dots over their sample size, limits as lines; per cent."""
    sizes = [n for n, _warning, _alarm in funnel.curve]

    def line(name: str, values: list[float], dashed: bool = False) -> dict[str, Any]:
        shown = [round(100 * value, 2) for value in values]
        return {"name": name, "kind": "line", "x": sizes, "values": shown, "dashed": dashed, "plain": True}

    outside = sum(bool(dot.side) for dot in funnel.dots)
    return {
        "x": [dot.n for dot in funnel.dots],
        "x_name": _("sample size"),
        "number": True,
        "unit": "%",
        "low": 0 if min(d.share for d in funnel.dots) < 0.5 else None,
        "series": [
            {
                "name": _("units"),
                "kind": "dots",
                "values": [round(100 * dot.share, 2) for dot in funnel.dots],
                "labels": [names[dot.key] for dot in funnel.dots],
            },
            line(_("95 % limits"), [warning.low for _n, warning, _alarm in funnel.curve], True),
            line(_("95 % limits"), [warning.high for _n, warning, _alarm in funnel.curve], True),
            line(_("99.8 % limits"), [alarm.low for _n, _warning, alarm in funnel.curve]),
            line(_("99.8 % limits"), [alarm.high for _n, _warning, alarm in funnel.curve]),
        ],
        "limits": [{"name": _("all together"), "value": round(100 * funnel.target, 2), "tone": "grey"}],
        "summary": _("%(n)d units around %(target)s; %(out)d lie outside of the 95 %% limits.")
        % {"n": len(funnel.dots), "target": percent(funnel.target), "out": outside},
    }
