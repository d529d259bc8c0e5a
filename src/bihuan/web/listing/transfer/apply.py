"""A checked file is written: one transaction, all or nothing."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.web.listing.transfer.plan import Plan, apply_order
from bihuan.web.listing.transfer.transfer import Transfer


def apply_plan(*, plan: Plan, transfer: Transfer, sha256: str) -> None:
    """Raises Refused, with nothing written, when the plan has faults or the records changed meanwhile."""
    if plan.wrong:
        raise Refused(gettext("Nothing was imported: %(n)d rows have errors.") % {"n": plan.wrong})
    if not plan.created and not plan.updated:
        return
    try:
        with transaction.atomic():
            for new, rows in apply_order(plan):
                transfer.write(rows, new=new)
            transfer.done(row for _, rows in apply_order(plan) for row in rows)
            record(
                verb="import.applied",
                actor=transfer.user,
                subject=f"import:{transfer.kind}",
                created=plan.created,
                updated=plan.updated,
                file=sha256,
            )
    except IntegrityError:
        raise Refused(
            gettext(
                "The records changed while the file was being imported. Nothing was saved; import it again."
            )
        ) from None
