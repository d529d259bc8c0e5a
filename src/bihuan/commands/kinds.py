"""Working-day limits that the manifests declare, without importing them: Django alone takes too long."""

import json
from pathlib import Path
from typing import cast

KINDS = Path(__file__).with_name("kinds.json")


def working_day_kinds(path: Path = KINDS) -> dict[str, int]:
    """Working days by key of a deadline standard or case kind, as tools/deadline_kinds.py wrote them."""
    return cast(dict[str, int], json.loads(path.read_text(encoding="utf-8")))
