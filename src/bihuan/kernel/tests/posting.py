"""What tests of delivery share: telling, a chat, and a chat's answers."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import Channel, Delivery
from bihuan.kernel.notice import postman
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules.replies import Answer
from bihuan.kernel.tests.world import World


def tell_about(world: World, *, at: datetime | None = None, year: int = 2027, serious: bool = False) -> None:
    tell(user=world.wu_min, key="calendar.missing", at=at or timezone.now(), serious=serious, year=year)


def state_of(world: World) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(channel__user=world.wu_min).order_by("pk")
    return list(rows.values_list("state", "reason"))


def refuse(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> list[str]:
    """Channels answer this, in turn; returns the texts that they were given."""
    came: list[str] = []
    script = list(answers)

    def send(channel: Channel, message: Message) -> Answer:
        came.append(message.text)
        return script.pop(0) if len(script) > 1 else script[0]

    monkeypatch.setattr(postman, "send", send)
    return came


def a_chat(world: World, **more: Any) -> Channel:
    wanted = {
        "kind": "dingtalk",
        "name": "值班群",
        "address": "0123456789abcdef",
        "user": world.wu_min,
        **more,
    }
    return Channel.objects.create(**wanted)
