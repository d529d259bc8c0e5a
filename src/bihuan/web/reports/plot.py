"""A chart as a drawing: for paper and for pages that run no script. Sharp at any size, colours by class."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import ceil, floor, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bihuan.web.components.figures import number

WIDTH, HEIGHT = 680, 210
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 24
MOST_LABELS = 6
BAR_SHARE = 0.55
"""Of the room of one value."""
Values = Sequence[float | None]


def plot(spec: Mapping[str, Any]) -> SafeString:
    """Bars and lines over one axis from zero; a gap stays a gap. `spec` as `chart.js` reads it."""
    series = spec["series"]
    top = scale([value for one in series for value in one["values"] if value is not None])
    room = (WIDTH - LEFT - RIGHT) / max(len(spec["x"]), 1)
    parts = [*grid(top), *labels(spec["x"], room)]
    for draw, kind in ((bars, "bar"), (line, "line")):
        for one, tone in zip(series, tones(series), strict=True):
            if one["kind"] == kind:
                parts += draw(one["values"], room, top, tone)
    return format_html(
        '<svg class="bh-plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        spec["summary"],
        SafeString("".join(parts)),
    )


def tones(series: Sequence[Mapping[str, Any]]) -> list[str]:
    """The colour of each series: neutral, or 1 to 4 in their order."""
    numbers = count(1)
    return ["neutral" if one["neutral"] else str(min(next(numbers), 4)) for one in series]


def scale(values: Sequence[float]) -> tuple[float, float]:
    """(upper end, step): a round step of 1, 2 or 5 with at most five lines."""
    most = max(values, default=0) or 1
    rough = most / 4
    size = 10 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    step = max(step, 1) if all(float(value).is_integer() for value in values) else step
    return ceil(most / step) * step, step


def y_of(value: float, top: tuple[float, float]) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top[0], 1)


def x_of(index: int, room: float) -> float:
    return round(LEFT + room * (index + 0.5), 1)


def grid(top: tuple[float, float]) -> Iterator[SafeString]:
    for number_of in range(round(top[0] / top[1]) + 1):
        value = number_of * top[1]
        y = y_of(value, top)
        decimals = 0 if float(top[1]).is_integer() else 1
        yield format_html('<path class="bh-plot-grid" d="M{} {}H{}"/>', LEFT, y, WIDTH - RIGHT)
        yield format_html(
            '<text class="bh-plot-text" x="{}" y="{}" text-anchor="end">{}</text>',
            LEFT - 6,
            y + 4,
            number(value, decimals),
        )


def labels(x: Sequence[str], room: float) -> Iterator[SafeString]:
    every = max(ceil(len(x) / MOST_LABELS), 1)
    for index in range(0, len(x), every):
        yield format_html(
            '<text class="bh-plot-text" x="{}" y="{}" text-anchor="middle">{}</text>',
            x_of(index, room),
            HEIGHT - 6,
            x[index],
        )


def bars(values: Values, room: float, top: tuple[float, float], tone: str) -> Iterator[SafeString]:
    width = round(min(room * BAR_SHARE, 40), 1)
    for index, value in enumerate(values):
        if value:
            y = y_of(value, top)
            yield format_html(
                '<rect class="bh-plot-fill-{}" x="{}" y="{}" width="{}" height="{}" rx="1.5"/>',
                tone,
                round(x_of(index, room) - width / 2, 1),
                y,
                width,
                round(HEIGHT - BOTTOM - y, 1),
            )


def line(values: Values, room: float, top: tuple[float, float], tone: str) -> Iterator[SafeString]:
    points = [
        None if value is None else (x_of(index, room), y_of(value, top)) for index, value in enumerate(values)
    ]
    path, pen = "", "M"
    for point in points:
        path += f"{pen}{point[0]} {point[1]}" if point else ""
        pen = "L" if point else "M"
    yield format_html('<path class="bh-plot-line-{}" d="{}"/>', tone, path)
    yield format_html_join(
        "",
        '<circle class="bh-plot-fill-{}" cx="{}" cy="{}" r="2.5"/>',
        ((tone, *point) for point in points if point),
    )
