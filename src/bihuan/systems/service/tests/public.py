"""The branch as its people use it: pages, API and the clock, at an instant of one's choice."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.act.access import create_token
from bihuan.kernel.models import Cause, User
from bihuan.kernel.tests.desk_world import at, local

from .yingkou import Branch

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
PDF = b"%PDF-1.4 x"


@contextmanager
def now(moment: str) -> Iterator[None]:
    """`2025-01-24 10:00` by the clock of the house."""
    with time_machine.travel(at(moment), tick=False):
        yield


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    """What a reader sees: text and tooltips of a page."""
    page = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.S)
    titles = " ".join(re.findall(r'title="([^"]*)"', page))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)) + titles


def complain(branch: Branch, moment: str, number: str = "TS-1", **more: Any) -> str:
    """A complaint as the service centre enters it; its case number."""
    with now(moment):
        fields = {
            "number": number,
            "channel": "95598",
            "complained_at": moment.replace(" ", "T"),
            "unit": branch.repair.pk,
            "text": f"{number} 停电两天无人处理",
            "customer": "K001",
            "same_as": "own",
            **more,
        }
        answer = of(branch.posts["service_centre"]).post(reverse("service:complaint-new"), fields)
        assert answer.status_code == 302, words(answer)
    return answer.headers["Location"].strip("/").split("/")[-1]


def step(user: User, number: str, moment: str, action: str, **data: Any) -> Any:
    """One step on the page of a case."""
    with now(moment):
        return of(user).post(f"/cases/{number}/step/", {"action": action, **data})


def told(user: User, number: str, moment: str) -> dict[str, Any]:
    """The case as the API tells it, its duties by kind."""
    with now(moment):
        token = create_token(name=secrets.token_hex(8), user=user, scopes=["read"])
        answer = Client().get(f"/api/v1/cases/{number}", headers={"Authorization": f"Bearer {token}"})
    found: dict[str, Any] = answer.json()
    return found | {"duties": {task["kind"]: task for task in found["tasks"]}}


def clock_of(raw: str) -> str:
    """An instant of the API by the clock of the house, to the minute."""
    return local(datetime.fromisoformat(raw))


def due(user: User, number: str, moment: str, duty: str = "call_1") -> str:
    return clock_of(told(user, number, moment)["duties"][duty]["due_at"])


def seen(user: User, number: str, moment: str, query: str = "") -> str:
    with now(moment):
        return words(of(user).get(f"/cases/{number}/{query}"))


def settle(branch: Branch, number: str, begun: str, ended: str) -> None:
    """The team accepts, works and puts it right, with a file as proof and a cause."""
    Cause.objects.get_or_create(code="OUT", defaults={"name": "停电"})
    step(branch.owner, number, begun, "accept")
    step(branch.owner, number, begun, "start")
    proof = SimpleUploadedFile("恢复送电.pdf", PDF)
    answer = step(
        branch.owner,
        number,
        ended,
        "resolve",
        verdict="justified",
        text="已恢复供电",
        cause="OUT",
        file=proof,
    )
    assert answer.status_code == 302, words(answer)


def call(user: User, branch: Branch, number: str, moment: str, duty: str = "call_1", **data: Any) -> Any:
    """A call-back on the page; `outcome` with what was said."""
    action = data.pop("action", "call_back")
    key = told(branch.director, number, moment)["duties"][duty]["id"]
    return step(user, number, moment, action, task=key, **{"text": "客户的话", **data})


def worker(*moments: str) -> None:
    """The worker at these moments and two minutes later."""
    for moment in moments:
        for instant in (at(moment), at(moment) + timedelta(minutes=2)):
            with time_machine.travel(instant, tick=False):
                clock.run_due(instant)


def bring(user: User, moment: str, page: str, file: Path) -> Any:
    """A file on the import page of a table: preview, then confirmed when it has no error."""
    with now(moment):
        client, url = of(user), reverse(f"{page}-import")
        with file.open("rb") as upload:
            shown = client.post(url, {"file": upload})
        assert "preview" in shown.context, words(shown)
        preview = shown.context["preview"]
        if not preview["wrong"]:
            answer = client.post(url, {"token": preview["token"], "confirm": "1"})
            assert answer.status_code == 302, words(answer)
    return preview
