"""The shape linter: what makes the tree readable and neither ruff nor mypy can see.

python tools/shape.py [--json]

Prints one line for each fault and then the figures of the tree; exits with 1 when there is a fault.
"""

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.proc import ROOT

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
AIMS = {"file": (80, 400, 400), "function": (8, 25, 60)}
MEASURED = {".py", ".css", ".js", ".html"}
PAGES = {".html", ".svg", ".css", ".js"}
VAGUE = {"services", "utils", "helpers", "managers", "misc", "common"}
ROOMS = {
    *("rules", "models", "read", "act", "forms", "views", "urls", "api", "jobs", "cli", "sample"),
    *("intake", "record", "replay", "fleet", "lists", "live", "tiles", "search", "panel", "words"),
    *("templates", "templatetags", "static", "data", "locale", "migrations", "tests"),
}
SINGLE = {"README.md", "QUALITY.toml", "QUALITY.zh-hans.toml", "system.py", "apps.py", "__init__.py"}
GROWN = {"system.py": "system"}
"""A manifest that outgrew its file is a package of the same name."""
HOSTS = [
    name + top
    for name, top in (
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("npmmirror", ".com"),
        ("yarnpkg", ".com"),
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("tuna.tsinghua", ".edu.cn"),
        ("mirrors.aliyun", ".com"),
    )
]
NAMESPACES = ("http://www.w3.org/",)
FORBIDDEN_MARKUP = {
    r"<[^>]*\sstyle\s*=": "style attribute (the content policy forbids it)",
    r"<[^>]*\son[a-z]+\s*=": "inline event handler",
    r"<[^>]*\shx-on[:-]": "hx-on (would need eval)",
    r"<script(?![^>]*\ssrc\s*=)(?![^>]*application/json)[^>]*>": "inline script",
    r"""(?:href|src|action)\s*=\s*["']?javascript:""": "javascript: address",
}
STATES = {"done", "todo", "exempt"}


@dataclass
class File:
    path: Path
    root: Path = field(default=ROOT, repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(self.root).parts

    @property
    def name(self) -> str:
        return "/".join(self.parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def in_tests(self) -> bool:
        return "tests" in self.parts or self.path.name == "conftest.py"

    @property
    def measured(self) -> bool:
        return self.path.suffix in MEASURED and not {"migrations", "locale", "dist"} & set(self.parts)

    @property
    def in_rules(self) -> bool:
        return (
            self.parts[0] in {"src", "edge"}
            and ("rules" in self.parts or self.path.name == "rules.py")
            and not self.in_tests
            and self.path.suffix == ".py"
        )

    def functions(self) -> Iterator[tuple[str, int, int]]:
        """(name, first line, lines) of every function, inner ones too; decorators do not count."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def files(root: Path = ROOT) -> list[File]:
    """What is committed or about to be."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    paths = (root / name for name in sorted(set(listed.split("\0"))) if name)
    return [File(path, root) for path in paths if path.is_file()]


def faults(found: Iterable[File], root: Path = ROOT) -> Iterator[str]:
    for file in found:
        yield from named_well(file)
        yield from addresses(file)
        if file.measured:
            yield from lengths(file)
        if file.in_rules:
            yield from pure(file)
        if file.parts[0] == "src" and file.path.suffix in PAGES:
            yield from page(file)
    for system in sorted((root / "src/bihuan/systems").glob("*/__init__.py")):
        yield from rooms(system.parent, root)


def lengths(file: File) -> Iterator[str]:
    if file.lines > LONGEST_FILE:
        yield f"{file.name}: {file.lines} lines, at most {LONGEST_FILE}: make it a package of the same name"
    if file.path.suffix == ".py":
        for name, line, count in file.functions():
            if count > LONGEST_FUNCTION:
                yield f"{file.name}:{line}: {name} has {count} lines, at most {LONGEST_FUNCTION}"


def named_well(file: File) -> Iterator[str]:
    names = {part.removesuffix(".py") for part in file.parts}
    if file.path.suffix == ".py" and (vague := names & VAGUE):
        yield f"{file.name}: {sorted(vague)[0]!r} says nothing: name it by the field"


def addresses(file: File) -> Iterator[str]:
    if file.path.suffix not in {".png", ".xlsx", ".ico"}:
        for host in HOSTS:
            if host in file.text:
                yield f"{file.name}: holds the address of a package index ({host})"


def pure(file: File) -> Iterator[str]:
    """Rules know no Django, and each public function says why, or its formula, source and units."""
    for node in ast.walk(file.tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(module.split(".")[0] == "django" for module in modules):
            yield f"{file.name}:{node.lineno}: rules import Django"  # type: ignore[attr-defined]
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            open_to_all = not node.name.startswith("_")
            if open_to_all and not ast.get_docstring(node):
                yield f"{file.name}:{node.lineno}: public rule {node.name} has no docstring"


def page(file: File) -> Iterator[str]:
    """A page contacts no other host and carries neither styles nor scripts in its markup."""
    for match in re.finditer(r"""https?://[^\s"'<>)`]+""", without_comments(file)):
        if not match.group().startswith(NAMESPACES) and "{" not in match.group()[:12]:
            yield f"{file.name}: foreign address {match.group()}"
    if file.path.suffix in {".html", ".svg"}:
        markup = re.sub(r"\{[%{#].*?[%}#]\}", "", file.text)
        for pattern, what in FORBIDDEN_MARKUP.items():
            for match in re.finditer(pattern, markup, re.IGNORECASE):
                yield f"{file.name}:{markup.count(chr(10), 0, match.start()) + 1}: {what}"


def without_comments(file: File) -> str:
    patterns = {".html": r"\{#.*?#\}|<!--.*?-->", ".svg": r"<!--.*?-->"}
    pattern = patterns.get(file.path.suffix, r"/\*.*?\*/|^\s*//[^\n]*")
    return re.sub(pattern, "", file.text, flags=re.DOTALL | re.MULTILINE)


def rooms(system: Path, root: Path) -> Iterator[str]:
    """A reader who knows one system knows eight: the same names, none empty, an honest quality file."""
    here = system.relative_to(root)
    for entry in sorted(system.iterdir()):
        known = entry.name in {*SINGLE, *GROWN.values()} or entry.name.removesuffix(".py") in ROOMS
        if not known and not entry.name.startswith(("__pycache__", ".")):
            yield f"{here}/{entry.name}: no system has a room of that name"
    for name in sorted(SINGLE):
        if not (system / name).exists() and not (system / GROWN.get(name, name)).is_dir():
            yield f"{here}/{name}: missing"
    if (system / "QUALITY.toml").exists():
        yield from (f"{here}/QUALITY.toml: {fault}" for fault in quality_faults(system / "QUALITY.toml"))


def quality_faults(path: Path) -> Iterator[str]:
    """Tables of items, each `"done"` or `{ state = "todo" | "exempt", reason = "…" }`."""
    try:
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        yield f"not TOML: {error}"
        return
    items = [(f"{group}.{key}", item) for group, table in groups.items() for key, item in as_table(table)]
    if not items:
        yield "names no item"
    for name, item in items:
        state = item.get("state") if isinstance(item, dict) else item
        reason = item.get("reason") if isinstance(item, dict) else None
        if state not in STATES:
            yield f"{name}: {state!r} is none of done, todo, exempt"
        elif state != "done" and not reason:
            yield f"{name}: {state} needs a reason"


def as_table(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else [("", value)]


def figures(found: Iterable[File]) -> dict[str, object]:
    python = [file for file in found if file.measured and file.path.suffix == ".py"]
    code = [file for file in python if not file.in_tests and file.parts[0] in {"src", "edge"}]
    tests = sum(file.lines for file in python if file.in_tests)
    total = sum(file.lines for file in code)
    return {
        "files": spread([file.lines for file in code if file.lines]),
        "functions": spread([count for file in code for _, _, count in file.functions()]),
        "code_lines": total,
        "test_lines": tests,
        "tests_per_code": round(tests / total, 2) if total else None,
    }


def spread(values: list[int]) -> dict[str, int]:
    """Count, median, 90th percentile and largest."""
    if not values:
        return {"count": 0, "p50": 0, "p90": 0, "max": 0}
    ordered = sorted(values)
    p90 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]
    return {"count": len(values), "p50": int(statistics.median(ordered)), "p90": p90, "max": ordered[-1]}


def main(arguments: list[str]) -> int:
    found = files()
    wrong = list(faults(found))
    measured = figures(found)
    if "--json" in arguments:
        print(json.dumps({"faults": wrong, **measured}, indent=1))
    else:
        print("\n".join([*wrong, *report(measured)]))
    return 1 if wrong else 0


def report(measured: dict[str, object]) -> Iterator[str]:
    for kind, aim in (("files", AIMS["file"]), ("functions", AIMS["function"])):
        value = as_counts(measured[kind])
        got = f"median {value['p50']}, p90 {value['p90']}, longest {value['max']}"
        yield f"{value['count']} {kind}: lines {got} (aim {aim[0]}, {aim[1]}, {aim[2]})"
    lines = f"{measured['test_lines']} : {measured['code_lines']}"
    yield f"tests : code = {lines} = {measured['tests_per_code']} (aim 1.2)"


def as_counts(value: object) -> dict[str, int]:
    return value if isinstance(value, dict) else spread([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
