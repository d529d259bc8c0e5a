"""Commands of customer equity that need the house: orders from a Parquet file."""

import argparse
from pathlib import Path

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup


def import_orders(args: argparse.Namespace) -> int:
    """Exit code 2, with nothing imported, when a row cannot be read."""
    setup()
    from django.utils import timezone

    from bihuan.kernel.models import Unit
    from bihuan.systems.equity.act.parquet import import_parquet
    from bihuan.systems.equity.models import Purchase
    from bihuan.systems.equity.read.base import COUNTED

    rows = Unit.objects.filter(code=args.unit) if args.unit else Unit.objects.filter(parent=None)
    unit = rows.order_by("pk").first()
    if unit is None:
        raise BadInput(
            f"--unit: no unit {args.unit!r}" if args.unit else "there is no unit: run `bihuan init`"
        )
    found = import_parquet(path=Path(args.file), unit=unit, today=timezone.localdate())
    silent = Purchase.objects.exclude(problem__in=COUNTED).count()
    told = {"rows": found.rows, "repeated": found.repeated, "not_counted": silent}
    words = "{rows} lines, {repeated} of the file were there twice; {not_counted} lines do not count".format(
        **told
    )
    answer(told, [f"{words} (page “Not counted”)" if silent else words], as_json=args.json)
    return 0
