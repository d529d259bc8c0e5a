"""`bihuan upgrade`: backup, migrate, check; the backup is the way back."""

import argparse
import sys

from django.core.management.base import SystemCheckError
from django.db import DatabaseError

from bihuan.site.ready import answer, setup


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.site import prepare

    waiting = prepare.pending()
    try:
        backup = prepare.prepare()
    except (DatabaseError, SystemCheckError) as error:
        print(
            f"bihuan: the upgrade failed: {error}\n"
            "bihuan: the way back: `bihuan restore` with the newest file in backups/, then the old version",
            file=sys.stderr,
        )
        return 1
    lines = [f"{waiting} migrations applied"] + ([f"way back: bihuan restore {backup}"] if backup else [])
    answer({"migrations": waiting, "backup": str(backup) if backup else None}, lines, as_json=args.json)
    return 0
