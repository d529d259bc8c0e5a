"""What was frozen, ready for a template: texts in the reader's language, numbers written out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bihuan.kernel.models import Person, ReportVersion
from bihuan.web.components.figures import MINUS, NOTHING, in_chinese, number, percent
from bihuan.web.reports.plot import plot, tones
from bihuan.web.reports.words import period_text, say

Frozen = Mapping[str, Any]
JOINER = "\u2060"
"""No line ends here."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number or text of a report as it is written."""

    label: str
    text: str
    unit: str = ""
    base: str = ""
    link: str = ""
    withheld: str = ""
    note: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class TableShown:
    title: str
    columns: list[Number]
    rows: list[list[Number]]
    empty: str


@dataclass(frozen=True, slots=True)
class ChartShown:
    id: str
    title: str
    spec: dict[str, Any]
    rows: list[list[str]]

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Name and colour of each series."""
        series = self.spec["series"]
        return [(one["name"], tone) for one, tone in zip(series, tones(series), strict=True)]

    @property
    def plot(self) -> SafeString:
        return plot(self.spec)


@dataclass(frozen=True, slots=True)
class SectionShown:
    key: str
    title: str
    figures: list[Number]
    tables: list[TableShown]
    charts: list[ChartShown]
    notes: list[str]
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One version, complete."""

    title: str
    unit: str
    organisation: str
    period: str
    version: ReportVersion
    sections: list[SectionShown] = field(default_factory=list)


class Reader:
    """Reads one frozen content; `inside` with links and with what is about single persons."""

    def __init__(self, version: ReportVersion, *, inside: bool) -> None:
        self.version, self.inside = version, inside
        self.names = names_in(version.content) if inside else {}

    def paper(self) -> Paper:
        content = self.version.content
        period = content["period"]
        return Paper(
            title=capfirst(say(content["title"])),
            unit=content["unit"]["name"],
            organisation=" / ".join(content["organisation"]),
            period=period_text(period["kind"], date.fromisoformat(period["first"])),
            version=self.version,
            sections=[self.section(each) for each in content["sections"]],
        )

    def section(self, section: Frozen) -> SectionShown:
        tables = [table for table in section["tables"] if self.inside or table["public"]]
        return SectionShown(
            key=section["key"],
            title=capfirst(say(section["title"])),
            figures=[self.figure(each) for each in section["figures"]],
            tables=[self.table(each) for each in tables],
            charts=[self.chart(section["key"], each) for each in section["charts"]],
            notes=[say(note) for note in section["notes"]],
            left_out=len(tables) < len(section["tables"]),
        )

    def figure(self, figure: Frozen) -> Number:
        return figure_shown(figure, link=self.link(figure))

    def link(self, what: Frozen) -> str:
        return what["link"] if self.inside else ""

    def table(self, table: Frozen) -> TableShown:
        columns = table["columns"]
        return TableShown(
            title=capfirst(say(table["title"])),
            columns=[self.head(column) for column in columns],
            rows=[
                [self.cell(row["cells"].get(column["key"]), column) for column in columns]
                for row in table["rows"]
            ],
            empty=say(table["empty"]) or _("No rows"),
        )

    def head(self, column: Frozen) -> Number:
        return Number(
            label=capfirst(say(column["label"])), text="", unit=say(column["unit"]), numeric=column["numeric"]
        )

    def cell(self, cell: Frozen | None, column: Frozen) -> Number:
        label = capfirst(say(column["label"]))
        if cell is None:
            return Number(label, NOTHING, numeric=column["numeric"])
        if cell["person"]:
            text = self.names.get(cell["person"], NOTHING)
        elif column["numeric"]:
            text = written(cell["value"], column["share"], column["decimals"])
        else:
            text = capfirst(say(cell["value"])) or NOTHING
        return Number(
            label,
            text,
            base=base(cell, share=column["share"], decimals=column["decimals"]),
            link=self.link(cell),
            withheld=say(cell["withheld"]),
            numeric=column["numeric"],
        )

    def chart(self, section: str, chart: Frozen) -> ChartShown:
        series = [
            {
                "name": say(one["name"]),
                "kind": one["kind"],
                "values": one["values"],
                "neutral": one["neutral"],
            }
            for one in chart["series"]
        ]
        spec = {
            "x": chart["x"],
            "x_name": say(chart["x_name"]),
            "unit": say(chart["unit"]),
            "series": series,
            "summary": say(chart["summary"]),
        }
        rows = [
            [x, *(number(one["values"][index]) for one in chart["series"])]
            for index, x in enumerate(chart["x"])
        ]
        return ChartShown(f"chart-{section}-{chart['key']}", capfirst(say(chart["title"])), spec, rows)


def figure_shown(figure: Frozen, link: str = "") -> Number:
    """A frozen figure, written out."""
    return Number(
        label=capfirst(say(figure["label"])),
        text=written(figure["value"], figure["share"], figure["decimals"]),
        unit=say(figure["unit"]),
        base=base(figure, share=figure["share"], decimals=figure["decimals"]),
        link=link,
        withheld=say(figure["withheld"]),
        note=say(figure["note"]),
    )


def written(value: Any, share: bool, decimals: int) -> str:
    if isinstance(value, str):
        return value
    return percent(value) if share else number(value, decimals)


def base(what: Frozen, share: bool = True, decimals: int = 1) -> str:
    """What an estimate rests on: `n = 412 · 95 % interval 94.1–97.9 %`, which breaks only at the dot.

    Its ends are percent where the estimate is a share, else in its own unit, to one place at least."""
    parts = []
    if what["n"] is not None:
        parts.append(f"n = {number(what['n'])}")
    if what["interval"]:
        places = 1 if share else decimals or 1
        low, high = (number(end * 100 if share else end, places) for end in what["interval"])
        words = _("95 %% interval %(low)s–%(high)s") % {"low": low, "high": high}
        if MINUS in low + high:
            words = words.replace(f"{low}–{high}", f"{low} … {high}")
        parts.append(words + (unit_of_share() if share else ""))
    return " · ".join(part.replace(" ", "\xa0").replace("–", f"{JOINER}–{JOINER}") for part in parts)


def unit_of_share() -> str:
    return "%" if in_chinese() else "\xa0%"


def names_in(content: Frozen) -> dict[int, str]:
    """Names of the persons that a content refers to, as they are now: nothing of one who is forgotten."""
    keys = set(_persons(content))
    found = Person.objects.in_bulk(keys) if keys else {}
    return {key: person.name for key, person in found.items()}


def _persons(what: Any) -> Iterator[int]:
    if isinstance(what, Mapping):
        if isinstance(key := what.get("person"), int):
            yield key
        for each in what.values():
            yield from _persons(each)
    elif isinstance(what, Sequence) and not isinstance(what, str):
        for each in what:
            yield from _persons(each)


@dataclass(frozen=True, slots=True)
class Change:
    """One number that a later version corrects."""

    what: str
    before: str
    after: str


def changes_of(version: ReportVersion) -> list[Change]:
    names = names_in({"changes": version.changes})
    return [
        Change(
            " · ".join(_label(part, names) for part in one["label"]),
            written(one["before"], one["share"], one["decimals"]),
            written(one["after"], one["share"], one["decimals"]),
        )
        for one in version.changes
    ]


def _label(part: Any, names: Mapping[int, str]) -> str:
    if isinstance(part, Mapping) and "person" in part:
        return names.get(part["person"], NOTHING)
    return say(part)
