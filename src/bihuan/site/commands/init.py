"""`bihuan init`: database and first administrator; with --demo the demo organisation too."""

import argparse
import os
from contextlib import nullcontext

from bihuan.environment import Environment
from bihuan.site.ready import answer, setup
from bihuan.site.stamp import mark

DEMO_ACCOUNTS = 30
"""Hashed while the tables are made. Another number changes nothing but the time."""


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.kernel.passwords import ahead
    from bihuan.site import prepare

    environment = Environment.read(os.environ)
    logins: list[tuple[str, str, str]] = []
    with ahead(DEMO_ACCOUNTS) if args.demo else nullcontext():
        backup = prepare.prepare()
        first = prepare.first_administrator()
        if first:
            logins.append(("administrator", first[0].username, first[1]))
        if args.demo:
            from bihuan.site import sample

            logins += sample.load()
    if logins:
        prepare.keep_logins(logins)
    mark(environment, demo=args.demo)
    result = {
        "home": str(environment.home),
        "backup": str(backup) if backup else None,
        "logins": [dict(zip(("title", "username", "password"), login, strict=True)) for login in logins],
    }
    lines = [f"{title}: {name} {password}" for title, name, password in logins]
    lines += [f"backup before the upgrade: {backup}"] if backup else []
    answer(result, lines or ["ready"], as_json=args.json)
    return 0
