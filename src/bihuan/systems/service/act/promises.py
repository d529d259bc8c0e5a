"""What each party of a draw does from its own account: first the digest of a secret, later the secret.

Nobody can do it for another: the digest counts only from the account that the party named, and an account
holds one secret of a draw. So nobody alone can bring about a commitment, and nobody alone a seed.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.commitment import nonce_digest

from ..models import Draw, Party
from ..rules.record import committed
from .draws import ask, locked, made, managed, note, reason_of, require_separate

HEX = frozenset("0123456789abcdef")


def promise(*, draw: Draw, user: User, digest: str, at: datetime | None = None) -> Party:
    """Give SHA-256 of the secret; with the last digest the commitment is published.

    A digest may be given anew until then. Raises Refused for another account than the party's, for what is no
    digest, and for one that somebody gave before, in this draw or in any other: its secret may be known.
    """
    now, given = at or timezone.now(), digest.strip().lower()
    if len(given) != 64 or not HEX.issuperset(given):
        raise Refused(_("A digest has 64 digits 0–9 and a–f: the SHA-256 of the party's secret."))
    with transaction.atomic():
        row = locked(draw)
        party = _mine(row, user)
        if row.committed_at:
            raise Refused(_("The commitment is published: no digest can be changed any more."))
        if Party.objects.filter(digest=given).exclude(pk=party.pk).exists():
            raise Refused(_("This digest was given before. Make a fresh secret."))
        party.digest, party.promised_at = given, now
        party.save(update_fields=["digest", "promised_at"])
        note("promised", row, user, now, place=party.place, digest=given)
        parties = list(row.parties.all())
        if all(each.digest for each in parties):
            row.commitment = committed(
                row.frame, row.params, row.plan_version, [each.digest for each in parties]
            )
            row.committed_at = now
            row.save(update_fields=["commitment", "committed_at"])
            note("committed", row, user, now, commitment=row.commitment)
            ask(row, "service.draw_secret", now)
    return party


def bring(*, draw: Draw, user: User, nonce: str, at: datetime | None = None) -> Party:
    """Bring the secret whose digest was promised; with the last one the draw is made.

    Raises Refused before the commitment, for another account, and for a secret that was not promised.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = locked(draw)
        party = _mine(row, user)
        if not row.committed_at:
            raise Refused(_("Not all parties have given their digests: a secret shown now could be used."))
        if row.opened_at or party.brought_at:
            raise Refused(_("This secret has been brought already. Reload the page."))
        try:
            found = nonce_digest(nonce)
        except ValueError:
            found = ""
        if found != party.digest:
            raise Refused(_("This is not the secret that %(party)s promised.") % {"party": party})
        party.nonce, party.brought_at = nonce, now
        party.save(update_fields=["nonce", "brought_at"])
        note("brought", row, user, now, place=party.place)
        if all(each.nonce for each in row.parties.all()):
            made(row=row, at=now)
    return party


def hand_over(
    *, draw: Draw, place: int, to: User, user: User, reason: str, at: datetime | None = None
) -> Party:
    """Another account speaks for a party: somebody left. What was promised stays and binds the new one.

    Raises Refused once the party has brought its secret, without a reason, and for an account that holds one.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = managed(draw, user)
        parties = list(row.parties.select_related("account"))
        party = next((each for each in parties if each.place == place), None)
        if party is None or row.opened_at or party.brought_at:
            raise Refused(_("This party has brought its secret: nothing is left to hand over."))
        others = [each.account for each in parties if each is not party and each.account]
        require_separate([to, *others])
        why = reason_of(reason)
        party.account = to
        party.save(update_fields=["account"])
        note("handed_over", row, user, now, place=place, to=to.pk, reason=why)
        key = "service.draw_secret" if row.committed_at else "service.draw_promise"
        tell(user=to, key=key, at=now, period=row.period, unit_name=row.unit.name, row=row.pk)
    return party


def _mine(row: Draw, user: User) -> Party:
    party = row.parties.filter(account=user).first()
    if party is None or not user.is_active:
        raise Refused(_("Only the account of the party can do this: ask it, nobody can do it in its place."))
    return party
