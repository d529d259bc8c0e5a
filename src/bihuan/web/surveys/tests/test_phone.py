"""The public page as a phone meets it: no account, a code that works once, and bad days."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act import surveys as act
from bihuan.kernel.models import Reply, Sheet, Verbatim, Wave
from bihuan.kernel.tests.surveys_world import ANSWERS, one_code, questionnaire, wave
from bihuan.kernel.tests.world import World
from bihuan.web.surveys.limit import MISSES, Misses, network
from bihuan.web.surveys.phone import opened
from bihuan.web.surveys.qr import qr


def send(client: Client, code: str, **body: Any) -> Any:
    body = {"key": "0123456789abcdef", "answers": ANSWERS, **body}
    return client.post(f"/s/{code}/", json.dumps(body), content_type="application/json")


def token_of(page: str) -> str:
    return re.search(r'name="opened" value="([^"]+)"', page)[1]  # type: ignore[index]


def test_the_page_needs_no_account_and_asks_in_both_languages(client: Client, out: Wave) -> None:
    answer = client.get(f"/s/{one_code(out).code}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "南关营业厅" in page
    assert "您对服务态度满意吗？" in page
    assert "Are you content with how you were treated?" in page
    assert "只用于改进服务" in page
    assert answer.cookies == {}, "nobody is followed"
    assert Sheet.objects.get().opened_at is not None


def test_the_page_stands_under_the_strict_policy(client: Client, out: Wave) -> None:
    answer = client.get(f"/s/{one_code(out).code}/")
    page = answer.content.decode()
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<[^>]* on[a-z]+=|<[^>]* style=", page)
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_worker_governs_the_survey_and_nothing_else(client: Client) -> None:
    answer = client.get("/s/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer.headers


def test_a_reply_arrives_with_the_time_that_it_took(client: Client, out: Wave) -> None:
    code = one_code(out).code
    token = token_of(client.get(f"/s/{code}/").content.decode())
    answer = send(client, code, opened=token, took_s=42, language="en", device="d")
    assert (answer.status_code, answer.json()) == (201, {"state": "sent"})
    row = Reply.objects.get()
    assert (row.took_s, row.language, row.channel, row.valid) == (42, "en", "phone", True)
    assert row.opened_at is not None
    assert row.received_at - row.opened_at < timedelta(seconds=5)


def test_a_double_tap_and_a_lost_answer_are_one_reply(client: Client, out: Wave) -> None:
    code = one_code(out).code
    assert [send(client, code).status_code for _n in range(3)] == [201, 200, 200]
    assert Reply.objects.count() == 1
    other = send(client, code, key="another-phone-key")
    assert (other.status_code, other.json()) == (409, {"state": "used"})


def test_without_script_the_same_form_is_sent_once(client: Client, out: Wave) -> None:
    code = one_code(out).code
    page = client.get(f"/s/{code}/?lang=en").content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]  # type: ignore[index]
    fields = {f"q.{name}": value for name, value in ANSWERS.items()}
    fields |= {"key": key, "opened": token_of(page), "language": "en"}
    first, again = client.post(f"/s/{code}/", fields), client.post(f"/s/{code}/", fields)
    assert (first.status_code, again.status_code) == (201, 200)
    assert "Sent" in first.content.decode()
    assert Reply.objects.get().answers["channel"] == "hall"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answers": {"recommend": 11}}, 422),
        ({"answers": {"nothing": 1}}, 422),
        ({"answers": [1]}, 422),
        ({"key": "short"}, 422),
        ({"key": 5}, 422),
        ({"took_s": "long"}, 422),
        ({"answers": {"phone": "9" * 70_000}}, 413),
    ],
)
def test_what_our_page_would_not_send_stores_nothing(
    client: Client, out: Wave, body: dict[str, Any], status: int
) -> None:
    code = one_code(out).code
    assert send(client, code, **body).status_code == status
    assert client.post(f"/s/{code}/", "{", content_type="application/json").status_code == 422
    assert not Reply.objects.exists()


def test_a_code_is_read_as_people_type_it(client: Client, out: Wave) -> None:
    code = one_code(out).code
    assert client.get(f"/s/{code.lower()}/").headers["Location"] == f"/s/{code}/"
    assert (
        client.get("/s/", {"code": f" {code[:5]}-{code[5:].lower()} "}).headers["Location"] == f"/s/{code}/"
    )
    wrong = client.get("/s/", {"code": "hello"})
    assert 'value="hello"' in wrong.content.decode(), "what was typed can be mended"


def test_every_dead_end_says_what_it_is_and_what_to_do(client: Client, world: World, out: Wave) -> None:
    version = out.version
    now = timezone.now()
    used, spoilt, closed = (one_code(out).code for _n in range(3))
    send(client, used)
    expired = one_code(out)
    Sheet.objects.filter(pk=expired.sheet).update(expires_at=now - timedelta(hours=1))
    early = one_code(wave(world, version, opens_at=now + timedelta(days=2))).code
    over = wave(world, version)
    closed = one_code(over).code
    act.close_wave(wave=over, user=None)
    Sheet.objects.filter(digest=Sheet.objects.get(number=2, wave=out).digest).update(withdrawn_at=now)
    cases = {
        used: (409, "此代码已使用", "This code has been used"),
        expired.code: (410, "此代码已过期", "Ask the person who gave it"),
        early: (403, "本次调查尚未开始", "Open the same link again"),
        closed: (410, "本次调查已结束", "You can still tell the staff"),
        spoilt: (410, "此代码已作废", "Ask for a new one"),
        "ZZZZZZZZZZ": (404, "没有此代码对应的问卷", "Check it sign by sign"),
    }
    for code, (status, chinese, english) in cases.items():
        answer = client.get(f"/s/{code}/")
        assert answer.status_code == status, chinese
        assert chinese in answer.content.decode()
        assert english in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_phone_that_was_offline_at_the_end_is_told_whether_it_counts(client: Client, out: Wave) -> None:
    code, late = one_code(out).code, one_code(out).code
    token = token_of(client.get(f"/s/{code}/").content.decode())
    late_token = token_of(client.get(f"/s/{late}/").content.decode())
    Sheet.objects.update(expires_at=timezone.now())
    assert send(client, code, opened=token, took_s=1).json() == {"state": "sent"}
    act.close_wave(wave=out, user=None)
    assert send(client, late, opened=late_token, took_s=1).json() == {"state": "late"}
    assert Reply.objects.get(sheet__number=2).reasons == ["after_closing"]


def test_nobody_backdates_a_reply_without_our_signature(client: Client, out: Wave) -> None:
    code, other = one_code(out), one_code(out)
    foreign = token_of(client.get(f"/s/{other.code}/").content.decode())
    Sheet.objects.update(expires_at=timezone.now())
    for token in ("", "1:abc:def", foreign):
        assert send(client, code.code, opened=token).status_code == 410
    assert not Reply.objects.exists()


def test_guessing_is_slowed_and_right_codes_never_are(client: Client, out: Wave) -> None:
    code = one_code(out).code
    for _n in range(MISSES + 5):
        client.get(f"/s/{code}/")
    for n in range(MISSES):
        assert client.get(f"/s/ZZZZZZZZ{n:02d}/".replace("0", "Y").replace("1", "X")).status_code == 404
    stopped = client.get(f"/s/{code}/")
    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "600")
    assert send(client, code).json() == {"state": "busy"}, "the phone keeps its answers and tries again"
    assert client.get(f"/s/{code}/", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_a_network_is_forgiven_after_ten_minutes() -> None:
    misses = Misses()
    for _n in range(MISSES):
        misses.note("2001:db8::1", 1.0)
    assert misses.blocked("2001:db8::ffff", 600.0), "one subscriber has the whole /64"
    assert not misses.blocked("2001:db8::1", 602.0)
    misses.note("2001:db8::1", 602.0)
    assert not misses.blocked("2001:db8::1", 603.0)
    assert network(None) == ""


def test_what_somebody_writes_is_kept_apart_from_the_scores(client: Client, out: Wave) -> None:
    send(client, one_code(out).code, answers={**ANSWERS, "recommend": 3, "why": "<script>排队</script>"})
    assert "why" not in Reply.objects.get().answers
    assert Verbatim.objects.get().text == "<script>排队</script>"


def test_an_opening_is_read_back_from_its_signature(client: Client, out: Wave) -> None:
    from bihuan.kernel.read.surveys import find

    issued = one_code(out)
    found = find(issued.code)
    assert found is not None
    token = token_of(client.get(f"/s/{issued.code}/").content.decode())
    assert abs((opened(found, token) or timezone.now()) - timezone.now()) < timedelta(seconds=5)


def test_many_questions_are_no_more_queries(
    client: Client, out: Wave, django_assert_num_queries: Any
) -> None:
    code = one_code(out).code
    client.get(f"/s/{code}/")
    with django_assert_num_queries(1):
        client.get(f"/s/{code}/")


def test_a_qr_code_is_one_path_with_its_quiet_zone() -> None:
    found = qr("http://127.0.0.1:8000/s/7K4QM2XD9T/")
    assert found.size == 37 + 0 * 4 or found.size > 29
    assert found.path.startswith("M4 4h7v1h-7z"), "the finder pattern, four modules from the edge"


def test_a_questionnaire_that_asks_for_personal_data_says_so(client: Client, world: World) -> None:
    version = questionnaire(world.building, "plain")
    type(version).objects.filter(pk=version.pk).update(digest="d" * 64)
    page = client.get(f"/s/{one_code(wave(world, version)).code}/").content.decode()
    assert "不记名，只用于改进服务。" in page
