"""Figures of two quarters by branch and hall, and the published indices, as somebody would import them."""

from datetime import date
from typing import Any

from bihuan.web.listing.furnish import bring_new

from ..rules.quarters import Quarter
from . import branch
from .chance import pick

PEERS = (
    ("DEMO-GZ", "盖州供电分公司"),
    ("DEMO-BYQ", "鲅鱼圈供电分公司"),
    ("DEMO-LB", "老边供电分公司"),
    ("DEMO-ZQ", "站前供电分公司"),
    ("DEMO-XS", "西市供电分公司"),
)
PUBLISHED = "2014年，在省公司组织的第三方客户满意度评价中，"
INDICES = (
    ("营口供电公司", "79.12", 2, f"{PUBLISHED}营口公司满意度指数CSI上升至79.12，全省排名提升至第二位。"),
    (
        "大石桥供电分公司",
        "79.58",
        "",
        f"{PUBLISHED}大石桥供电分公司满意度指数CSI上升至79.58，高于营口公司水平。",
    ),
)
SURVEY = "季度问卷汇总"
BRANCH = (("meter", 79, 300), ("expansion", 86, 90), ("fault", 84, 210), ("complaint", 74, 42))
"""Level and number of answers of what is handed in by branch."""


def load(today: date) -> None:
    bring_new("units", [{"code": code, "name": name, "parent": branch.CITY} for code, name in PEERS])
    ended = Quarter.of(today).previous
    bring_new("readings", [row for quarter in (ended.previous, ended) for row in _figures(quarter)])
    bring_new(
        "indices",
        [
            {
                "provider": "省公司组织的第三方评价",
                "subject": subject,
                "year": 2014,
                "unit": branch.CITY,
                "value": value,
                "rank": rank,
                "note": note,
            }
            for subject, value, rank, note in INDICES
        ],
    )


def _figures(quarter: Quarter) -> list[dict[str, Any]]:
    """What the branches handed in: halls by hall where they are known, the rest by branch.

    One hands in nineteen sheets of its halls, one hall eight.
    """
    rows = [
        _figure(quarter, "hall", branch.HALLS, code, 76 + pick(f"level {code}", 12), 20 + pick(code, 70))
        for code, *_rest in branch.HALL_ROWS[:-1]
    ]
    rows.append(_figure(quarter, "hall", branch.HALLS, branch.HALL_ROWS[-1][0], 97, 8))
    rows += [_figure(quarter, item, branch.BRANCH, "", level, n) for item, level, n in BRANCH]
    for n, (code, _name) in enumerate(PEERS):
        rows.append(_figure(quarter, "hall", code, "", 77 + 2 * n, 19 if n == 4 else 120 + 60 * n))
        rows += [_figure(quarter, item, code, "", level - 4 + 2 * n, n_of) for item, level, n_of in BRANCH]
    return rows


def _figure(quarter: Quarter, item: str, unit: str, hall: str, level: int, n: int) -> dict[str, Any]:
    key = f"{quarter.number} {item} {unit} {hall}"
    return {
        "item": item,
        "unit": unit,
        "hall": hall,
        "quarter": str(quarter),
        "value": min(level + (pick(key, 60) - 30) / 10, 100),
        "n": n,
        "sd": 13 + pick(f"sd {key}", 60) / 10,
        "source": f"{SURVEY} {quarter}",
    }
