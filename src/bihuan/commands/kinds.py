"""Working-day limits that the manifests declare, read without importing them.

Importing a manifest imports Django, which alone takes longer than an early command may. Manifests are data,
so their source holds the values: `StandardSpec(key=…, value=Decimal(n), measured_in="working days")` and
`CaseKind(key=…, working_days="key of a standard")`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
Fields = dict[str, ast.expr]


def manifests(package: Path = PACKAGE) -> list[Path]:
    return [package / "kernel/system.py", *sorted(package.glob("systems/*/system.py"))]


def working_day_kinds(paths: list[Path]) -> dict[str, int]:
    """Working days by key: deadline standards, and the case kinds that name one."""
    trees = [ast.parse(path.read_bytes()) for path in paths]
    standards: dict[str, int] = {}
    for fields in calls(trees, "StandardSpec"):
        number = whole_number(fields.get("value"))
        if literal(fields.get("measured_in")) == "working days" and number is not None:
            standards[literal(fields.get("key"))] = number
    kinds = {literal(fields.get("key")): fields for fields in calls(trees, "CaseKind")}
    limits = {key: literal(fields.get("working_days")) for key, fields in kinds.items()}
    return standards | {key: standards[limit] for key, limit in limits.items() if limit in standards}


def calls(trees: list[ast.Module], name: str) -> Iterator[Fields]:
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}


def literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def whole_number(node: ast.expr | None) -> int | None:
    """N of `Decimal(N)` or `Decimal("N")`."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return None
    text = str(node.args[0].value)
    return int(text) if text.isdigit() else None
