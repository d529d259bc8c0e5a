"""Write the working-day limits of all manifests into the file that `bihuan calendar due --kind` reads."""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src/bihuan/commands/kinds.json"


def render() -> str:
    """Needs Django's settings. Limits are the standards' first values, for case kinds too."""
    from bihuan.kernel.registry import case_kinds, standard_specs

    limits = {
        key: int(spec.value) for key, spec in standard_specs().items() if spec.measured_in == "working days"
    }
    kinds = {key: limits[kind.limit] for key, (_, kind) in case_kinds().items() if kind.limit in limits}
    return json.dumps(limits | kinds, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.site.settings"
    os.environ.pop("BIHUAN_SYSTEMS", None)
    TARGET.write_text(render(), encoding="utf-8")
