"""Django, set up for a command or process that is not a web request."""

import json
import os
from collections.abc import Mapping
from typing import Any

import django
from django.apps import apps


def setup() -> None:
    """Once a process: a second time would only point the log at what is the error output by then."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
    if not apps.ready:
        django.setup()


def answer(result: Mapping[str, Any], lines: list[str], *, as_json: bool) -> None:
    """The command's result: one JSON document, or lines for a reader."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        print("\n".join(lines))
