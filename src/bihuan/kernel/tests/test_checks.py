"""A bad manifest is refused at start, and what is wrong with it is named."""

from dataclasses import replace
from typing import Any

import pytest

from bihuan.kernel import checks, registry
from bihuan.kernel.tests.desk import system as desk

FIRST = registry.systems()[0]
KIND = FIRST.case_kinds[0]
DUTY = replace(desk.SYSTEM.obligations[0], missed=KIND.key)
REPORT = next(report for system in registry.everything() for report in system.reports)
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"tiles": "bihuan.nowhere:tiles"}, "E001", "'bihuan.nowhere:tiles' cannot be loaded"),
    ({"tiles": "bihuan.kernel.checks:no_such"}, "E001", "no_such"),
    ({"group": "kitchen"}, "E002", "unknown group 'kitchen'"),
    ({"parts": (replace(FIRST.parts[0], pages=(("no:where", "x", ""),)),)}, "E003", "'no:where'"),
    ({"case_kinds": (*FIRST.case_kinds, KIND)}, "E004", f"'{KIND.key}' is declared twice"),
    ({"case_kinds": (replace(KIND, limit="no.limit"),)}, "E005", f"{KIND.key}: no standard 'no.limit'"),
    ({"obligations": (replace(DUTY, missed="no.kind"),)}, "E006", "no kind of case 'no.kind'"),
    ({"obligations": (replace(DUTY, period="moon"),)}, "E006", "no period 'moon'"),
    ({"obligations": (DUTY, DUTY)}, "E004", f"obligation '{DUTY.key}' is declared twice"),
    ({"reports": (replace(REPORT, day="no.day"),)}, "E007", "no standard 'no.day'"),
    ({"reports": (replace(REPORT, kind="moon"),)}, "E007", "no such period 'moon'"),
]


def problems(monkeypatch: pytest.MonkeyPatch, **change: Any) -> dict[str, list[str]]:
    """What is said of the first system when it is changed so, by id."""
    bad = replace(FIRST, **change)
    others = [system for system in registry.everything() if system is not FIRST]
    monkeypatch.setattr(checks, "everything", lambda: (bad, *others))
    found: dict[str, list[str]] = {}
    for each in checks.manifests(None):
        found.setdefault(str(each.id), []).append(each.msg)
    return found


def test_every_manifest_of_ours_is_sound() -> None:
    assert checks.manifests(None) == []


@pytest.mark.parametrize(("change", "number", "says"), WRONG)
def test_what_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], number: str, says: str
) -> None:
    found = problems(monkeypatch, **change)
    assert says in " ".join(found[f"bihuan.{number}"])
