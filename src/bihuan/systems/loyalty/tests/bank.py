"""A small bank: three card centres in the pilot, three loan centres beside them, answers through the door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from django.core.mail import EmailMessage
from django.utils import timezone

from bihuan.kernel.act import calendar
from bihuan.kernel.act.surveys import take
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import Customer, Role, Unit, User
from bihuan.kernel.read.surveys.sheets import find
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import World, account, build, seed
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act import Told
from bihuan.systems.loyalty.act.causes import seed as seed_causes
from bihuan.systems.loyalty.act.questionnaires import questionnaire_for
from bihuan.systems.loyalty.models import Answer, Arm, Channel, Member, Programme, Step

START = date(2026, 7, 1)
NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
NUMBERS = count(1)


@dataclass(frozen=True)
class Bank:
    world: World
    programme: Programme
    cards: list[Unit]
    loans: list[Unit]
    boss: User
    """Manager of 江州分公司, to which the programme belongs."""
    caller: User
    """Case owner of the first card centre."""


@once
def build_bank(stage: str = Step.PILOT, starts_on: date = START, world: World | None = None) -> Bank:
    """With the questionnaire that the first invitation or answer would make."""
    if world is None:
        seed()
    calendar.seed()
    seed_causes()
    world = world or build()
    units = {
        letter: [
            Unit.objects.create(name=f"{name}{n}", code=f"{letter}{n}", parent=world.jiangzhou)
            for n in (1, 2, 3)
        ]
        for letter, name in (("C", "信用卡中心"), ("L", "贷款中心"))
    }
    programme = Programme.objects.create(
        code="NPS", name="试点", unit=world.jiangzhou, stage=stage, starts_on=starts_on
    )
    for letter, arm in (("C", Arm.PILOT), ("L", Arm.COMPARISON)):
        for unit in units[letter]:
            Member.objects.create(programme=programme, unit=unit, arm=arm)
    questionnaire_for(programme.unit)
    caller = account("li_na", "李娜", Role.OWNER, units["C"][0], superior=world.sun_qian)
    return Bank(world, programme, units["C"], units["L"], world.sun_qian, caller)


def ask(bank: Bank, *numbers: str, channel: str = Channel.EMAIL, **more: object) -> act.Asked:
    """Customers of these numbers asked by the first card centre, each with an address."""
    people = [customer(bank, number, email=f"{number}@example.org") for number in numbers]
    return act.invite(
        programme=bank.programme,
        unit=bank.cards[0],
        channel=channel,
        user=bank.boss,
        customers=people,
        **more,  # type: ignore[arg-type]
    )


def reply(code: str, raw: dict[str, object], key: str = "reply-key", **more: object) -> None:
    """What a phone sends on a code."""
    found = find(code)
    assert found
    coming = Coming(raw=raw, key=key, channel="phone", opened_at=timezone.now(), took_s=40, **more)  # type: ignore[arg-type]
    take(found=found, coming=coming)


def code_in(letter: EmailMessage) -> str:
    return str(letter.body).split("/s/")[1].split("/")[0]


def customer(bank: Bank, number: str = "K1", **more: str) -> Customer:
    return Customer.objects.create(number=number, name="王女士", unit=bank.world.jiangzhou, **more)


def scores(promoters: int, passives: int, detractors: int) -> list[int]:
    return [9] * promoters + [8] * passives + [3] * detractors


def answered(
    bank: Bank,
    given: Iterable[int],
    unit: Unit | None = None,
    at: datetime = NOW - timedelta(days=3),
    **more: object,
) -> list[Answer]:
    told = [
        Told(
            key=f"T{next(NUMBERS)}",
            score=score,
            unit=unit or bank.cards[0],
            answered_at=at + timedelta(minutes=7 * place),
            **{"channel": Channel.FILE, **more},  # type: ignore[arg-type]
        )
        for place, score in enumerate(given)
    ]
    return [
        row for row, _new in act.receive(programme=bank.programme, told=told, now=max(NOW, timezone.now()))
    ]
