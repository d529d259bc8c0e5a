"""Offers by e-mail: chosen, claimed one by one with the consent looked at again, sent, written down."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel import jobs
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Job, Unit, User
from bihuan.kernel.models.jobs import LIVE
from bihuan.kernel.notice import mail
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.replies import Answer, Verdict
from bihuan.kernel.scope import covers

from ..models import Consent, Coupon, OfferRound, OfferRule, OfferSend, Purpose, SendState, Way
from ..read.offers import LEFT_OUT, candidates, preview, run_for, unfinished
from .coupons import issue
from .letters import Base, letter

CHUNK = 500
CLAIMED_FOR = timedelta(minutes=2)
"""Longer than any try takes: a claim that never ended (kill -9) is taken up again after this."""
LONGEST = timedelta(minutes=20)
"""A job ends after thirty minutes by force; what is left by then goes with the next."""
AWAY = frozenset({"unreachable", "login"})
"""Nobody's letter is at fault: these tries count for none."""
Reason = OfferSend.Reason
Post = Callable[[str, Message, Mapping[str, str]], Answer]


def _need(user: User | None, unit: Unit) -> None:
    if user and not (may(user.role, "edit") and covers(user, unit)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def way_out() -> str:
    """Why no offer could be sent by e-mail now; empty when it could."""
    if not settings.EMAIL_HOST and "smtp" in settings.EMAIL_BACKEND:
        return _("No mail server is set (BIHUAN_MAIL_HOST): ask the administrator.")
    if not settings.ENVIRONMENT.url:
        return _("The house has no address that customers can open (BIHUAN_URL): ask the administrator.")
    return ""


def plan(*, unit: Unit, user: User | None, at: datetime | None = None) -> OfferRound:
    """The rows of a sending, and how many were left out why; nobody without consent is among them.

    Raises Refused when there is no run, no rule, nobody to send to, or more than one sending may have.
    """
    _need(user, unit)
    now = at or timezone.now()
    most = int(value("equity.offer.most", now))
    with transaction.atomic():
        hold("equity.offers")
        found = preview(unit, now)
        if found.run is None:
            raise Refused(_("There is no model run for this unit: import orders, then run the model."))
        if not found.rules:
            raise Refused(_("No offer rule is in force today: make one first."))
        if not found.chosen:
            raise Refused(_("Nobody would get an offer now. The preview says why."))
        if found.chosen > most:
            raise Refused(
                _("That would be %(n)d letters, more than the %(most)d of one sending: take a smaller unit.")
                % {"n": found.chosen, "most": most}
            )
        row = OfferRound.objects.create(
            unit=unit,
            made_at=now,
            made_by=user,
            run=run_for(unit),
            planned=found.chosen,
            left_out={key: found.left_out[key] for key in LEFT_OUT if key in found.left_out},
        )
        _fill(row, unit, now)
        record(
            verb="offers.planned",
            actor=user,
            subject=f"sending:{row.pk}",
            system="equity",
            chosen=found.chosen,
            customers=found.customers,
        )
    return row


def _fill(row: OfferRound, unit: Unit, now: datetime) -> None:
    offers = dict(OfferRule.objects.values_list("pk", "offer"))
    chosen = candidates(unit, now).filter(why="").order_by("pk").values_list("pk", "rule", "consent")
    rows = [
        OfferSend(
            round=row,
            customer_id=customer,
            rule_id=rule,
            offer_id=offers[rule],
            consent_id=consent,
            way=Way.EMAIL,
        )
        for customer, rule, consent in chosen
    ]
    OfferSend.objects.bulk_create(rows, batch_size=CHUNK)


def send(*, unit: Unit, user: User) -> OfferRound:
    """Plan and put the sending into the queue. Raises Refused where no letter could leave."""
    if why := way_out():
        raise Refused(why)
    row = plan(unit=unit, user=user)
    _enqueue(row, user)
    return row


def _enqueue(row: OfferRound, user: User | None) -> None:
    jobs.enqueue(
        name="equity.offers", params={"round": row.pk}, user=user, key=f"equity.offers:{row.pk}", verb="edit"
    )


def stop(*, row: OfferRound, user: User) -> int:
    """What has not left yet stays here; returns how many letters that were."""
    _need(user, row.unit)
    with transaction.atomic():
        held = OfferSend.objects.filter(round=row, state=SendState.WAITING)
        count = held.update(state=SendState.DROPPED, reason=Reason.STOPPED)
        OfferRound.objects.filter(pk=row.pk, state=OfferRound.State.SENDING).update(
            state=OfferRound.State.STOPPED, ended_at=timezone.now()
        )
        record(verb="offers.stopped", actor=user, subject=f"sending:{row.pk}", system="equity", count=count)
    return count


def carry_out(run: jobs.Run) -> None:
    """The job of a sending."""
    row = OfferRound.objects.select_related("unit").get(pk=run.job.params["round"])
    run.tell(row.sends.exclude(state__in=(SendState.WAITING, SendState.CLAIMED)).count(), row.planned)
    send_round(row, tell=lambda done: run.tell(done, row.planned))


def describe(params: Mapping[str, Any]) -> str:
    """Which unit's sending, for the list of jobs."""
    row = OfferRound.objects.select_related("unit").filter(pk=params.get("round") or 0).first()
    return str(row or "")


def send_round(
    row: OfferRound, *, post: Post = mail.post, base: Base = None, tell: Callable[[int], None] | None = None
) -> int:
    """Send what waits, letter by letter; returns how many the mail server took.

    Raises Refused when the mail server is away: what waits goes on waiting and the clock asks again.
    """
    begun, sent, at = timezone.now(), 0, 0
    waiting = row.sends.filter(state__in=(SendState.WAITING, SendState.CLAIMED)).count()
    done = row.planned - waiting
    while timezone.now() - begun < LONGEST:
        keys = OfferSend.objects.filter(_due(timezone.now()), round=row, pk__gt=at).order_by("pk")
        chunk = list(keys.values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            break
        for at in chunk:
            sent += _one(at, post, base)
            done += 1
            if tell:
                tell(done)
    if not unfinished(row):
        OfferRound.objects.filter(pk=row.pk, state=OfferRound.State.SENDING).update(
            state=OfferRound.State.DONE, ended_at=timezone.now()
        )
    return sent


def _due(now: datetime) -> Q:
    return Q(state=SendState.WAITING) | Q(state=SendState.CLAIMED, claimed_at__lt=now - CLAIMED_FOR)


def _one(pk: int, post: Post, base: Base) -> bool:
    row = claim(pk, timezone.now())
    if row is None:
        return False
    message, headers = letter(row, base)
    answer = post(row.customer.email, message, headers)
    settle(row, answer, timezone.now())
    return answer.verdict is Verdict.SENT


def claim(pk: int, now: datetime) -> OfferSend | None:
    """Take one letter for sending: in the same transaction its consents are locked and looked at again.

    A withdrawal locks the same rows: what it finds waiting it stops, what comes after it finds no consent.
    """
    with transaction.atomic():
        found = OfferSend.objects.select_related("customer", "offer__unit").get(pk=pk)
        wanted = {"", found.offer.partner}
        locked = Consent.objects.select_for_update().filter(
            customer=found.customer_id, purpose=Purpose.OFFERS, way=found.way, recipient__in=wanted
        )
        stand = {
            row.recipient
            for row in locked.order_by("pk")
            if row.given_at <= now and (row.withdrawn_at is None or row.withdrawn_at > now)
        }
        mine = OfferSend.objects.filter(_due(now), pk=pk)
        if not wanted <= stand:
            mine.update(state=SendState.DROPPED, reason=Reason.WITHDRAWN)
            return None
        if not found.customer.email:
            mine.update(state=SendState.DROPPED, reason=Reason.ADDRESS)
            return None
        if not mine.update(state=SendState.CLAIMED, claimed_at=now, tries=found.tries + 1):
            return None
        found.tries += 1
        if found.offer.coupon_days is not None and not Coupon.objects.filter(send=found).exists():
            issue(
                offer=found.offer,
                unit=found.offer.unit,
                source=Coupon.Source.MAIL,
                at=now,
                send=found,
                customer=found.customer,
            )
    return found


def settle(row: OfferSend, answer: Answer, now: datetime) -> None:
    """Write down what became of a letter. Raises Refused when the mail server is away."""
    mine = OfferSend.objects.filter(pk=row.pk, state=SendState.CLAIMED)
    if answer.verdict is Verdict.SENT:
        mine.update(state=SendState.SENT, sent_at=now)
        return
    if answer.verdict is Verdict.REFUSED:
        mine.update(state=SendState.FAILED, reason=Reason.REFUSED)
        return
    if answer.reason in AWAY:
        mine.update(state=SendState.WAITING, tries=F("tries") - 1)
        raise Refused(_("The mail server does not answer. What waits is tried again by itself."))
    if row.tries >= int(value("equity.offer.tries", now)):
        mine.update(state=SendState.FAILED, reason=Reason.SERVER)
    elif answer.certain:
        mine.update(state=SendState.WAITING)
    # else it may have arrived: the claim runs out, and the next try bears the same Message-ID


def go_on(*, now: datetime) -> None:
    """Sendings that wait after a failure, or whose job took too long, go on."""
    if way_out():
        return
    for row in OfferRound.objects.filter(state=OfferRound.State.SENDING).order_by("pk")[:20]:
        live = Job.objects.filter(key=f"equity.offers:{row.pk}", state__in=LIVE).exists()
        if not live and unfinished(row):
            _enqueue(row, None)
        elif not live:
            OfferRound.objects.filter(pk=row.pk).update(state=OfferRound.State.DONE, ended_at=now)


def keep_rule(row: OfferRule, user: User) -> OfferRule:
    """A rule by which offers were sent keeps its words: its change is a new rule from today on."""
    _need(user, row.unit)
    today = timezone.localdate()
    used = row.pk and row.sends.exists()
    with transaction.atomic():
        if used:
            before = OfferRule.objects.select_for_update().get(pk=row.pk)
            if only_ends(before, row):
                row.save()
            else:
                before.valid_to = max(today - timedelta(days=1), before.valid_from)
                before.save(update_fields=["valid_to"])
                row.pk, row._state.adding = None, True
                row.valid_from = max(row.valid_from, today)
                row.save()
        else:
            row.save()
        record(verb="offer_rule.kept", actor=user, subject=f"offer_rule:{row.pk}", system="equity")
    return row


def only_ends(before: OfferRule, after: OfferRule) -> bool:
    """Whether nothing but the last day differs."""
    names = [field.attname for field in OfferRule._meta.concrete_fields if field.name != "valid_to"]
    return all(getattr(before, name) == getattr(after, name) for name in names)
