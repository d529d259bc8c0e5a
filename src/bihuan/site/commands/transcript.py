"""`bihuan instruments transcript`: write kept raw bytes as a transcript."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bihuan.inputs import BadInput
from bihuan.site.ready import setup


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.systems.instruments.record import transcript

    end = _instant("--to", args.end) or datetime.now(UTC) + timedelta(seconds=1)
    begin = _instant("--from", args.begin) or end - timedelta(days=30)
    lines = transcript(begin, end, args.instrument)
    if args.file == "-":
        sys.stdout.writelines(f"{line}\n" for line in lines)
    else:
        with Path(args.file).open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    return 0


def _instant(option: str, text: str | None) -> datetime | None:
    from django.utils import timezone

    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: {text!r} is not an instant such as 2026-11-23T09:00") from None
    return at if at.tzinfo else timezone.make_aware(at)
