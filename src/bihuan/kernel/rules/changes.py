"""What differs between two versions of a report, number by number."""

from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]
Place = tuple[str, str, str, str]
"""Section, figure or table, row, column; the last two are empty for a figure."""


def numbers(content: Content) -> dict[Place, dict[str, Any]]:
    """Every number of a frozen content by its place: {label, value, share, decimals}.

    `label` lists the texts that lead to it, from the outside in.
    """
    found: dict[Place, dict[str, Any]] = {}
    for section in content.get("sections", ()):
        for figure in section["figures"]:
            found[section["key"], figure["key"], "", ""] = _number([figure["label"]], figure["value"], figure)
        for table in section["tables"]:
            found |= dict(_cells(section["key"], table))
    return found


def _cells(section: str, table: Content) -> Iterator[tuple[Place, dict[str, Any]]]:
    columns = [column for column in table["columns"] if column["numeric"]]
    named = next((column["key"] for column in table["columns"] if not column["numeric"]), "")
    for row in table["rows"]:
        first = row["cells"].get(named) or {}
        name = {"person": first["person"]} if first.get("person") else first.get("value") or row["key"]
        for column in columns:
            if (cell := row["cells"].get(column["key"])) is not None:
                label = [table["title"], name, column["label"]]
                yield (
                    (section, table["key"], row["key"], column["key"]),
                    _number(label, cell["value"], column),
                )


def _number(label: list[Any], value: Any, form: Content) -> dict[str, Any]:
    return {"label": label, "value": value, "share": form["share"], "decimals": form["decimals"]}


def changes(before: Content, after: Content) -> list[dict[str, Any]]:
    """Numbers that are different, new or gone, in the order of the later version; then those that are gone.

    Each as {at, label, share, decimals, before, after}; None stands for a number that is not there.
    """
    old, new = numbers(before), numbers(after)
    nothing: dict[str, Any] = {"value": None}
    found = []
    for place in [*new, *(place for place in old if place not in new)]:
        was, now = old.get(place, nothing), new.get(place, nothing)
        if was["value"] == now["value"] and (place in old) == (place in new):
            continue
        form = new.get(place) or old[place]
        found.append(
            {
                "at": list(place),
                "label": form["label"],
                "share": form["share"],
                "decimals": form["decimals"],
                "before": was["value"],
                "after": now["value"],
            }
        )
    return found
