"""Leaves families of classes out of a minified style sheet."""

import re
from collections.abc import Iterable, Iterator

GROUPS = ("@media", "@supports", "@layer", "@container")
SPAN = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]""", re.DOTALL)


def without(css: str, families: Iterable[str]) -> str:
    """The sheet less every selector that needs a class `.NAME` or `.NAME-…` of the families.

    What stands in brackets (`:not(.x)`, `:is(.x, .y)`) is an alternative or an exclusion and never counts.
    """
    names = "|".join(sorted((re.escape(name) for name in families), key=len, reverse=True))
    if not names:
        return css
    return _kept(css, re.compile(rf"\.(?:{names})(?![a-zA-Z0-9_])"))


def _kept(css: str, gone: re.Pattern[str]) -> str:
    kept = []
    for head, body in blocks(css):
        if body is None:
            kept.append(head)
        elif head.lstrip().startswith(GROUPS):
            inner = _kept(body, gone)
            kept.append(f"{head}{{{inner}}}" if inner.strip() else "")
        elif head.lstrip().startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            wanted = [one for one in selectors(head) if not gone.search(_bare(one))]
            kept.append(f"{','.join(wanted)}{{{body}}}" if wanted else "")
    return "".join(kept)


def blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """(head, body) of each rule; (text, None) for statements and trailing text."""
    depth = start = opened = 0
    for match in SPAN.finditer(css):
        mark = match.group()
        if mark == "{":
            depth += 1
            if depth == 1:
                opened = match.start()
        elif mark == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened], css[opened + 1 : match.start()]
                start = match.end()
        elif depth == 0 and (mark == ";" or mark.startswith("/*")):
            yield css[start : match.end()], None
            start = match.end()
    yield css[start:], None


def selectors(head: str) -> list[str]:
    """The comma list, commas inside brackets left alone."""
    parts, depth = [""], 0
    for letter in head:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _bare(selector: str) -> str:
    while "(" in selector:
        shorter = re.sub(r"\([^()]*\)", "", selector)
        if shorter == selector:
            break
        selector = shorter
    return selector
