import argparse
from pathlib import Path

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup

FORMATS = (".xlsx", ".csv")


def run(args: argparse.Namespace) -> int:
    """Every row and column of a kind, of the whole tree."""
    setup()
    from django.conf import settings
    from django.utils.translation import override

    from bihuan.web.listing.export import write_csv, write_xlsx
    from bihuan.web.listing.kinds import listing_of

    path = Path(args.file)
    if path.suffix.lower() not in FORMATS:
        raise BadInput(f"{path}: the name must end in {' or '.join(FORMATS)}")
    with override(settings.LANGUAGE_CODE):
        listing = listing_of(args.kind)(None)
        try:
            state = listing.period(args.begin, args.end)
        except LookupError:
            raise BadInput(f"{args.kind}: has no dates, so --from and --to say nothing") from None
        fresh = path.with_name(f".{path.name}.part")
        if path.suffix.lower() == ".xlsx":
            write_xlsx(listing, state, fresh, full=True)
        else:
            with fresh.open("wb") as file:
                file.writelines(write_csv(listing, state, full=True))
        fresh.replace(path)
        count = listing.matching(state).count()
    told = {"kind": args.kind, "file": str(path), "rows": count}
    answer(told, [f"{count} rows of {args.kind} in {path}"], as_json=args.json)
    return 0
