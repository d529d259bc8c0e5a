"""What the name of a recording and the table beside it tell about a call.

Names: `8012_20260105-093015_billing.wav`, that is the agent's staff number, the local instant of the start
and, where it is known, the kind of business. A CSV file in the same folder may tell more, one row a file;
what it tells wins.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

NAME: Final = re.compile(
    r"(?P<agent>[^_]{1,32})_(?P<on>\d{4}-?\d{2}-?\d{2})[-T_]?(?P<at>\d{2}[-:]?\d{2}[-:]?\d{2})"
    r"(?:_(?P<business>[^_]{1,40}))?(?:_.*)?"
)
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "file": ("file", "filename", "文件", "文件名"),
    "agent": ("agent", "工号", "座席", "座席员", "座席工号"),
    "started_at": ("started_at", "start", "开始时间", "通话时间"),
    "business": ("business", "业务类型", "业务"),
    "duration_s": ("duration_s", "duration", "时长", "时长秒", "通话时长"),
    "transferred": ("transferred", "转接", "已转接"),
    "complaint": ("complaint", "投诉"),
    "low_rating": ("low_rating", "低评价", "不满意"),
}
YES: Final = frozenset({"1", "y", "yes", "true", "是", "有", "√"})
NO: Final = frozenset({"", "0", "n", "no", "false", "否", "无"})
FLAGS: Final = ("transferred", "complaint", "low_rating")


class RowError(ValueError):
    """A cell that cannot be read: `line` from 1, column, what it holds."""

    def __init__(self, line: int, column: str, value: str) -> None:
        super().__init__(f"line {line}, {column}: {value!r} cannot be read")
        self.line, self.column, self.value = line, column, value


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a call beside its sound; "" and None where nothing was told."""

    agent: str = ""
    started_at: datetime | None = None
    """Naive ones are local."""
    business: str = ""
    duration_s: float | None = None
    transferred: bool = False
    complaint: bool = False
    low_rating: bool = False


def from_name(name: str) -> Told:
    """What the name of a file tells; nothing, when it is no such name."""
    found = NAME.fullmatch(name.rpartition("/")[2].rpartition(".")[0])
    if found is None:
        return Told()
    digits = re.sub(r"\D", "", found["on"] + found["at"])
    try:
        started = datetime.strptime(digits, "%Y%m%d%H%M%S")  # naive: local, as the recorder's clock
    except ValueError:
        return Told()
    return Told(found["agent"].strip(), started, (found["business"] or "").strip())


def from_table(text: str) -> dict[str, Told]:
    """File name → what its row tells. Raises RowError for a cell that cannot be read, or without `file`."""
    rows = csv.reader(io.StringIO(text))
    heads = [_column(cell) for cell in next(rows, [])]
    if "file" not in heads:
        raise RowError(1, "file", ",".join(heads))
    found: dict[str, Told] = {}
    for line, cells in enumerate(rows, 2):
        row = {head: cell.strip() for head, cell in zip(heads, cells, strict=False) if head}
        if row.get("file"):
            found[row["file"].rpartition("/")[2]] = _told(line, row)
    return found


def merged(name: str, table: Mapping[str, Told]) -> Told:
    """What name and table tell together; the table wins."""
    told, row = from_name(name), table.get(name.rpartition("/")[2])
    if row is None:
        return told
    return replace(
        row,
        agent=row.agent or told.agent,
        started_at=row.started_at or told.started_at,
        business=row.business or told.business,
    )


def _column(cell: str) -> str:
    """The field that a heading means; empty for a column that we do not know."""
    plain = re.sub(r"[\s()（）\ufeff]", "", cell).casefold()
    return next((key for key, names in COLUMNS.items() if plain in names), "")


def _told(line: int, row: Mapping[str, str]) -> Told:
    flags = dict(_flags(line, row))
    return Told(
        agent=row.get("agent", ""),
        started_at=_instant(line, row.get("started_at", "")),
        business=row.get("business", "")[:40],
        duration_s=_seconds(line, row.get("duration_s", "")),
        **flags,
    )


def _flags(line: int, row: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    for key in FLAGS:
        value = row.get(key, "").casefold()
        if value not in YES | NO:
            raise RowError(line, key, value)
        yield key, value in YES


def _instant(line: int, text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(re.sub(r"[年月/.]", "-", text).replace("日", ""))
    except ValueError:
        raise RowError(line, "started_at", text) from None


def _seconds(line: int, text: str) -> float | None:
    """Seconds, or `h:mm:ss`."""
    if not text:
        return None
    try:
        found = 0.0
        for part in text.split(":"):
            found = found * 60 + float(part)
    except ValueError:
        raise RowError(line, "duration_s", text) from None
    if not 0 <= found < 86_400:
        raise RowError(line, "duration_s", text)
    return found
