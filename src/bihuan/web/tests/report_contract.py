"""What every report must keep: a number is the count of the rows that its link shows."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.urls import resolve

from bihuan.web.listing.state import State


def linked_numbers(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(link, rows that it promises) of every whole number; one with a note says what else it counts."""
    for section in content["sections"]:
        for figure in section["figures"]:
            if not figure["note"] and not figure["decimals"]:
                yield figure["link"], promised(figure)
        for table in section["tables"]:
            for column in table["columns"]:
                for row in table["rows"]:
                    if column["numeric"] and not column["decimals"]:
                        yield row["cells"][column["key"]]["link"], promised(row["cells"][column["key"]])


def promised(number: dict[str, Any]) -> Any:
    return number["value"] if number["n"] is None else number["n"]


def rows_behind(link: str, user: Any) -> int:
    path, _mark, query = link.partition("?")
    view: Any = resolve(path).func
    listing = view.keywords["listing"](user)
    return int(listing.matching(State.read(QueryDict(query), listing.names())).count())


def broken_links(content: dict[str, Any], user: Any) -> list[tuple[str, Any, int]]:
    """Links that show more or fewer rows than their number says; a report has none."""
    found = [(link, n, rows_behind(link, user)) for link, n in linked_numbers(content)]
    return [each for each in found if each[1] != each[2]]
