"""A report as a workbook: one sheet a section, every number with what it rests on and where its rows are."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import ReportVersion
from bihuan.kernel.report import Section, freeze
from bihuan.web.components.figures import exact
from bihuan.web.listing.export import sheet_name
from bihuan.web.listing.workbook import workbook
from bihuan.web.reports.show import changes_of, names_in
from bihuan.web.reports.words import period_text, say

Frozen = Mapping[str, Any]


def write_report(version: ReportVersion, out: Path | IO[bytes]) -> None:
    """Texts are written as texts: nothing that a cell holds is ever evaluated."""
    content = version.content
    with workbook(out, nan_inf_to_errors=True) as book:
        writer = Writer(book, names_in(content))
        writer.first(version)
        for section in content["sections"]:
            writer.section(section)
        if version.changes:
            writer.changes(version)


def write_sections(
    sections: Sequence[tuple[StrOrPromise, Section]],
    told: Sequence[tuple[str, str]],
    out: Path | IO[bytes],
) -> None:
    """The figures of one page: a sheet a section, then filter and scope as in every export."""
    frozen = [{**freeze(section), "title": freeze(title)} for title, section in sections]
    with workbook(out, nan_inf_to_errors=True) as book:
        writer = Writer(book, names_in({"sections": frozen}))
        for section in frozen:
            writer.section(section)
        writer.start(_("Filter and scope"), (24, 60))
        for label, text in told:
            writer.line(capfirst(label), text)


class Writer:
    def __init__(self, book: Any, names: Mapping[int, str]) -> None:
        self.book, self.names = book, names
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.strong = book.add_format({"bold": True, "font_size": 14})
        self.used: set[str] = set()
        self.sheet: Any = None
        self.row = 0

    def start(self, title: str, widths: tuple[int, ...]) -> None:
        name, n = sheet_name(title), 2
        while name.casefold() in self.used:
            name, n = sheet_name(f"{title[:27]} {n}"), n + 1
        self.used.add(name.casefold())
        self.sheet, self.row = self.book.add_worksheet(name), 0
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&L&F&R&P / &N")
        for index, width in enumerate(widths):
            self.sheet.set_column(index, index, width)

    def line(self, *values: Any, form: Any = None) -> None:
        for index, value in enumerate(values):
            self.put(index, value, form)
        self.row += 1

    def put(self, index: int, value: Any, form: Any = None) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.sheet.write_string(self.row, index, str(value)[:32_767], form)
        else:
            self.sheet.write_number(self.row, index, value, form)

    def first(self, version: ReportVersion) -> None:
        content = version.content
        self.start(_("Report"), (24, 70))
        title = capfirst(say(content["title"]))
        self.line(title, form=self.strong)
        period = content["period"]
        for label, text in (
            (_("organisation"), " / ".join(content["organisation"])),
            (_("unit"), f"{content['unit']['code']} {content['unit']['name']}"),
            (_("period"), period_text(period["kind"], date.fromisoformat(period["first"]))),
            (_("days"), f"{period['first']} – {period['last']}"),
            (_("version"), str(version.number)),
            (_("made"), exact(version.made_at)),
            (_("made by"), str(version.made_by or _("the system"))),
            (_("exported at"), exact(timezone.now())),
            ("SHA-256", version.sha256),
        ):
            self.line(capfirst(label), text)

    def section(self, section: Frozen) -> None:
        self.start(capfirst(say(section["title"])), (34, 14, 10, 10, 12, 12, 34, 70))
        if section["figures"]:
            self.line(
                *(pgettext("report", "number"), _("value"), _("unit"), "n", _("lower end"), _("upper end")),
                *(_("withheld because"), _("rows behind it")),
                form=self.head,
            )
        for figure in section["figures"]:
            unit = _("share") if figure["share"] else say(figure["unit"])
            self.line(capfirst(say(figure["label"])), figure["value"], unit, *tail(figure))
        for table in section["tables"]:
            self.table(table)
        for chart in section["charts"]:
            self.chart(chart)
        self.row += 1
        for note in section["notes"]:
            self.line(say(note))

    def table(self, table: Frozen) -> None:
        """Each number is followed by its base where it is an estimate, and by the way to its rows."""
        self.row += 1
        self.line(capfirst(say(table["title"])), form=self.strong)
        heads: list[str] = []
        for column in table["columns"]:
            label = capfirst(say(column["label"]))
            unit = say(column["unit"])
            heads.append(f"{label} ({unit})" if unit else label)
            heads += ["n", _("lower end"), _("upper end")] if estimated(column, table) else []
        heads += [_("rows behind “%(column)s”") % {"column": say(c["label"])} for c in linked(table)]
        self.line(*heads, form=self.head)
        for row in table["rows"]:
            self.line(*self.cells(table, row))

    def cells(self, table: Frozen, row: Frozen) -> list[Any]:
        found: list[Any] = []
        for column in table["columns"]:
            cell = row["cells"].get(column["key"]) or {}
            found.append(self.value(cell, column))
            if estimated(column, table):
                low, high = cell.get("interval") or (None, None)
                found += [cell.get("n"), low, high]
        links = [(row["cells"].get(column["key"]) or {}).get("link", "") for column in linked(table)]
        return found + [address(link) for link in links]

    def value(self, cell: Frozen, column: Frozen) -> Any:
        if cell.get("person"):
            return self.names.get(cell["person"], "—")
        if cell.get("withheld"):
            return say(cell["withheld"])
        value = cell.get("value")
        return value if column["numeric"] else capfirst(say(value))

    def chart(self, chart: Frozen) -> None:
        self.row += 1
        self.line(capfirst(say(chart["title"])), form=self.strong)
        self.line(say(chart["x_name"]), *(say(one["name"]) for one in chart["series"]), form=self.head)
        for index, x in enumerate(chart["x"]):
            self.line(x, *(one["values"][index] for one in chart["series"]))

    def changes(self, version: ReportVersion) -> None:
        self.start(_("Changed numbers"), (60, 16, 16))
        before = _("version %(n)d") % {"n": version.number - 1}
        self.line(
            pgettext("report", "number"), before, _("version %(n)d") % {"n": version.number}, form=self.head
        )
        for change in changes_of(version):
            self.line(change.what, change.before, change.after)


def estimated(column: Frozen, table: Frozen) -> bool:
    """Shares always, other columns where any row has an interval."""
    cells = (row["cells"].get(column["key"]) or {} for row in table["rows"])
    return bool(column["share"] or any(cell.get("interval") for cell in cells))


def linked(table: Frozen) -> list[Frozen]:
    """Columns with a way to the rows in any row."""
    return [
        column
        for column in table["columns"]
        if any((row["cells"].get(column["key"]) or {}).get("link") for row in table["rows"])
    ]


def tail(figure: Frozen) -> tuple[Any, ...]:
    low, high = figure["interval"] or (None, None)
    return figure["n"], low, high, say(figure["withheld"]), address(figure["link"])


def address(link: str) -> str:
    """Whole, where the address of the house is known; else path and query."""
    return f"{settings.ENVIRONMENT.url.rstrip('/')}{link}" if link else ""
