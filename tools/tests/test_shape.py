from pathlib import Path

import pytest

from tools import links, shape

DONE = '[pages]\nboard = "done"\nwall = { state = "todo", reason = "needs the live stream" }\n'


def fault_lines(root: Path, name: str, content: str) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return list(shape.faults([shape.File(path, root)], root))


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("src/bihuan/web/listing.py", "x = 1\n" * 401, "401 lines, at most 400"),
        ("src/bihuan/web/long.py", "def long():\n" + "    x = 1\n" * 60, "long has 61 lines"),
        ("src/bihuan/web/utils.py", "", "'utils' says nothing"),
        ("src/bihuan/web/helpers/dates.py", "", "'helpers' says nothing"),
        ("src/bihuan/kernel/rules/due.py", "from django.db import models\n", "rules import Django"),
        ("src/bihuan/kernel/rules/due.py", "def due(at):\n    return at\n", "due has no docstring"),
        ("src/bihuan/web/templates/a.html", '<p style="color:red">', ":1: style attribute"),
        ("src/bihuan/web/templates/a.html", "\n<script>alert(1)</script>", ":2: inline script"),
        ("src/bihuan/web/templates/a.html", '<a\n onclick="go()">', "inline event handler"),
        ("src/bihuan/web/templates/a.html", '<a href="javascript:go()">', "javascript: address"),
        ("src/bihuan/web/static/a.css", "a{background:url(https://cdn.example/a.png)}", "foreign address"),
        ("README.md", "pip install -i https://" + "pypi" + ".org/simple", "address of a package index"),
    ],
)
def test_fault_is_named(tmp_path: Path, name: str, content: str, fault: str) -> None:
    assert any(fault in line for line in fault_lines(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("src/bihuan/web/listing.py", "x = 1\n" * 400),
        ("src/bihuan/kernel/migrations/0001_initial.py", "x = 1\n" * 900),
        (
            "src/bihuan/kernel/rules/due.py",
            'def due(at):\n    """When."""\n\ndef _part(at):\n    return at\n',
        ),
        ("src/bihuan/kernel/rules/tests/test_due.py", "from django.test import TestCase\n"),
        ("src/bihuan/web/templates/a.html", '<script src="{% static "a.js" %}" defer></script>'),
        ("src/bihuan/web/templates/a.html", '<script type="application/json">{}</script>'),
        ("src/bihuan/web/templates/a.html", '<svg xmlns="http://www.w3.org/2000/svg">{% due style="x" %}'),
        ("src/bihuan/web/static/a.js", "// see https://example.org\nconst on = 1;\n"),
    ],
)
def test_what_is_right_passes(tmp_path: Path, name: str, content: str) -> None:
    assert fault_lines(tmp_path, name, content) == []


def test_system_has_the_same_rooms_as_every_system(tmp_path: Path) -> None:
    system = tmp_path / "src/bihuan/systems/service"
    system.mkdir(parents=True)
    for name in (*shape.SINGLE, "read.py", "halls.py"):
        (system / name).write_text(DONE if name == "QUALITY.toml" else "", encoding="utf-8")
    (system / "apps.py").unlink()
    assert list(shape.rooms(system, tmp_path)) == [
        "src/bihuan/systems/service/halls.py: no system has a room of that name",
        "src/bihuan/systems/service/apps.py: missing",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (DONE, None),
        ('[pages]\nboard = "nearly"\n', "'nearly' is none of done, todo, exempt"),
        ('[pages]\nboard = "exempt"\n', "exempt needs a reason"),
        ("", "names no item"),
        ("[pages", "not TOML"),
    ],
)
def test_quality_file_is_honest_item_by_item(tmp_path: Path, content: str, fault: str | None) -> None:
    path = tmp_path / "QUALITY.toml"
    path.write_text(content, encoding="utf-8")
    found = list(shape.quality_faults(path))
    assert found == [] if fault is None else fault in found[0]


def test_figures_count_code_and_tests_apart(tmp_path: Path) -> None:
    for name in ("src/bihuan/a.py", "src/bihuan/tests/test_a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("def a():\n    return 1\n" * 3, encoding="utf-8")
    found = [shape.File(path, tmp_path) for path in tmp_path.rglob("*.py")]
    figures = shape.figures(found)
    assert (figures["code_lines"], figures["test_lines"], figures["tests_per_code"]) == (6, 6, 1.0)
    assert figures["functions"] == {"count": 3, "p50": 2, "p90": 2, "max": 2}


def test_links_lead_to_files_and_headings(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/glossary.md").write_text("# 词汇\n## On duty, now\n", encoding="utf-8")
    readme = tmp_path / "README.md"
    readme.write_text(
        "[a](docs/glossary.md) [b](docs/glossary.md#on-duty-now) [c](docs/gone.md)\n"
        "[d](docs/glossary.md#off) [e](#none) [f](https://example.org/x) `[g](no/link.md)`\n",
        encoding="utf-8",
    )
    assert list(links.faults(readme, tmp_path)) == [
        "README.md: docs/gone.md leads nowhere",
        "README.md: docs/glossary.md#off: no heading of that name",
        "README.md: #none: no heading of that name",
    ]
