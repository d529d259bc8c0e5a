import argparse
import json
import sys

from bihuan.environment import ROOT
from bihuan.site.ready import setup

SNAPSHOT = ROOT / "docs" / "openapi.json"


def run(args: argparse.Namespace) -> int:
    """Writes the description into docs; `--check` compares, exit code 1 when they differ."""
    setup()
    from django.utils import translation

    from bihuan.web.api.version1 import api

    with translation.override("en"):
        schema = api().get_openapi_schema(path_prefix="/api/v1/")
    text = json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    if not args.check:
        SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
        SNAPSHOT.write_text(text, encoding="utf-8")
        print(SNAPSHOT.relative_to(ROOT))
        return 0
    if SNAPSHOT.is_file() and SNAPSHOT.read_text(encoding="utf-8") == text:
        return 0
    print(
        "docs/openapi.json is not what the code says: run bihuan openapi and look at the difference",
        file=sys.stderr,
    )
    return 1
