"""Commands of the service evaluation that need the house: folder import, plans and checks of stored draws."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup

PIECE = 1024 * 1024


def import_recordings(args: argparse.Namespace) -> int:
    """Exit code 2 when a file was refused; the good ones are kept all the same."""
    folder = Path(args.folder)
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder")
    setup()
    from django.conf import settings
    from django.utils.translation import override

    from bihuan.kernel.models import Unit
    from bihuan.systems.service.act import take_recordings

    unit = (
        Unit.objects.filter(code=args.unit).first() if args.unit else Unit.objects.filter(parent=None).first()
    )
    if unit is None:
        raise BadInput(
            f"--unit: no unit {args.unit!r}" if args.unit else "there is no unit yet: run `bihuan init`"
        )
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    table = _tables([path for path in paths if path.suffix.lower() == ".csv"])
    sounds = (path for path in paths if path.suffix.lower() != ".csv")
    with override(settings.LANGUAGE_CODE):
        taken = take_recordings(files=map(_incoming, sounds), table=table, unit=unit, user=None)
    found = {
        "folder": str(folder),
        "new": len(taken.new),
        "known": len(taken.known),
        "refused": [{"file": name, "message": why} for name, why in taken.refused],
        "unknown_agents": taken.strangers,
        "unfinished": taken.unfinished,
    }
    for name, why in taken.refused:
        print(f"bihuan: {name}: {why}", file=sys.stderr)
    words = "{new} new, {known} known, {unfinished} without length or start".format(**found)
    answer(found, [f"{folder}: {words}, {len(taken.refused)} refused"], as_json=args.json)
    return 2 if taken.refused else 0


def _tables(paths: list[Path]) -> dict[str, Any]:
    from bihuan.systems.service.rules.call_files import RowError, from_table

    table: dict[str, Any] = {}
    for path in paths:
        try:
            table |= from_table(_text(path))
        except RowError as error:
            raise BadInput.at(path, error.line, error.column, f"{error.value!r} cannot be read") from None
    return table


def _text(path: Path) -> str:
    """UTF-8, else the encoding that Chinese spreadsheets write."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{path}: neither UTF-8 nor GB18030")


def _incoming(path: Path) -> Any:
    from bihuan.systems.service.act.recordings import Incoming

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    return Incoming(str(path), path.stat().st_size, pieces)


def house_plan(year: int, seed: str, quarter: int) -> dict[str, Any]:
    """The plan of the halls that are in service, by the standards in force."""
    setup()
    from fractions import Fraction

    from bihuan.kernel.read.standards import value
    from bihuan.systems.service.cli import plan
    from bihuan.systems.service.models import Hall
    from bihuan.systems.service.rules import halls

    rows = Hall.objects.filter(closed_on=None).values_list("place__code", "level")
    rules = halls.Rules(
        share=Fraction(value("service.survey.share")), wide=bool(value("service.survey.wide"))
    )
    return plan([halls.Hall(code, level) for code, level in rows], year, seed, quarter, rules)


def house_check(number: int) -> dict[str, Any]:
    """Verify a stored draw; a sealed one by its commitment alone, as everybody else can."""
    setup()
    from bihuan.systems.service.cli import verdict
    from bihuan.systems.service.models import Draw
    from bihuan.systems.service.read.draws import check, record_of

    draw = Draw.objects.filter(pk=number).first()
    if draw is None:
        raise BadInput(f"there is no draw {number}")
    found = check(record_of(draw))
    if found.trouble:
        raise BadInput(f"draw {number}: {found.trouble}")
    return verdict(found.mismatch, drawn=found.drawn)
