"""The room of recordings as its users see it: upload, player, score sheet, result, minutes."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Case, EvidenceAccess, Role, Unit
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import CallScore, Recording, Review, ReviewMeeting
from bihuan.systems.service.read.voice import queue

from .hotline import Hotline, begun, build_hotline, calls, give, wav
from .test_voice_review import recordings, score_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


@pytest.fixture
def boss(world: Hotline, client: Client) -> Client:
    client.force_login(world.boss)
    return client


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_several_files_and_a_table_come_in_on_the_page(world: Hotline, boss: Client) -> None:
    table = "文件,工号,开始时间,时长\nx.mp3,8011,2026-01-09 10:00,0:48\n".encode("gb18030")
    sounds = [
        SimpleUploadedFile("8012_20260105-093015_电费.wav", wav(30)),
        SimpleUploadedFile("x.mp3", b"ID3\x04sound"),
        SimpleUploadedFile("leer.wav", b""),
        SimpleUploadedFile("meta.csv", table),
    ]
    page = boss.post(reverse("service:recording-new"), {"sounds": sounds, "unit": world.branch.branch.pk})
    assert [name for name, _why in page.context["taken"].refused] == ["leer.wav"]
    assert "leer.wav" in page.content.decode()
    told = Recording.objects.order_by("agent_number").values_list("agent_number", "duration_s", "source")
    assert [(number, float(seconds or 0), source) for number, seconds, source in told] == [
        ("8011", 48, "upload"),
        ("8012", 30, "upload"),
    ]


@pytest.mark.parametrize("table", [b"file,duration_s\nx.mp3,long\n", b"\xff\xff\xff"])
def test_a_table_that_cannot_be_read_keeps_nothing(world: Hotline, boss: Client, table: bytes) -> None:
    sounds = [SimpleUploadedFile("x.mp3", b"ID3\x04sound"), SimpleUploadedFile("meta.csv", table)]
    page = boss.post(reverse("service:recording-new"), {"sounds": sounds, "unit": world.branch.branch.pk})
    assert page.status_code == 422
    assert not Recording.objects.exists()


def test_an_upload_without_files_says_so_and_a_case_owner_has_no_page(world: Hotline, boss: Client) -> None:
    url = reverse("service:recording-new")
    assert boss.post(url, {"unit": world.branch.branch.pk}).status_code == 422
    assert boss.get(url).status_code == 200
    boss.force_login(world.branch.owner)
    assert boss.get(url).status_code == 403


def test_the_player_gets_the_sound_piece_by_piece_and_leaves_one_record(world: Hotline, boss: Client) -> None:
    (row,) = calls(world, n=1)
    whole, url = wav(60, b"x"), reverse("service:audio", args=[row.pk])
    whole = body(boss.get(url))
    part = boss.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(whole)}")
    assert body(part) == whole[10:20]
    assert body(boss.get(url, headers={"Range": "bytes=-5"})) == whole[-5:]
    assert body(boss.get(url, headers={"Range": f"bytes={len(whole) - 3}-"})) == whole[-3:]
    assert boss.get(url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert body(boss.get(url, headers={"Range": "lines=1-2"})) == whole
    assert part["Content-Type"] == "audio/wav"
    assert "no-store" in part["Cache-Control"]
    assert EvidenceAccess.objects.count() == 1


def test_nobody_listens_without_the_right_or_from_another_branch(world: Hotline, client: Client) -> None:
    (row,) = calls(world, n=1)
    url = reverse("service:audio", args=[row.pk])
    client.force_login(account("viewer", "来宾", Role.VIEWER, world.branch.branch))
    assert client.get(url).status_code == 403
    assert client.get(reverse("service:recording", args=[row.pk])).status_code == 200
    client.force_login(account("other", "外人", Role.MANAGER, Unit.objects.create(name="盖州", code="GZ")))
    assert client.get(url).status_code == 404
    assert [access.granted for access in EvidenceAccess.objects.all()] == [False]


def test_a_removed_sound_is_gone_and_its_page_says_so(world: Hotline, boss: Client) -> None:
    (row,) = calls(world, n=1)
    row.evidence.removed_at = row.evidence.added_at
    row.evidence.save()
    assert boss.get(reverse("service:audio", args=[row.pk])).status_code == 410
    assert "已过保存期" in boss.get(reverse("service:recording", args=[row.pk])).content.decode()


def test_what_is_known_of_a_call_is_changed_on_its_page(world: Hotline, boss: Client) -> None:
    (row,) = calls(world, n=1)
    url = reverse("service:recording-edit", args=[row.pk])
    given = {"number": "8011", "started_at": "2026-01-07T10:00:00", "duration_s": "61.5", "business": "停电"}
    assert boss.post(url, {**given, "number": "404"}).status_code == 422
    assert boss.post(url, {**given, "complaint": "on"}).status_code == 302
    row.refresh_from_db()
    assert (row.agent, row.agent_number, row.business, row.complaint) == (world.lan, "8011", "停电", True)
    assert boss.get(url).status_code == 200


def marks(review: Review, first: str, second: str = "50") -> dict[str, str]:
    items = list(review.card.items.all())
    return {f"item-{items[0].pk}": first, f"item-{items[1].pk}": second, "note": "语速偏快"}


def test_the_score_sheet_stands_beside_the_player_and_leads_to_the_next_call(
    world: Hotline, boss: Client
) -> None:
    review = begun(world)
    first, second, *_rest = queue(review, world.boss)
    page = boss.get(reverse("service:scoring"))
    assert page.context["queue"][0] == first
    url = reverse("service:sheet", args=[review.pk, first.code])
    text = boss.get(url).content.decode()
    assert reverse("service:audio", args=[first.pk]) in text
    assert "答复正确" in text
    assert boss.post(url, marks(review, "")).status_code == 422
    answer = boss.post(url, marks(review, "40"))
    assert answer["Location"] == reverse("service:sheet", args=[review.pk, second.code])
    made = CallScore.objects.get()
    assert made.note == "语速偏快"
    assert made.total == 90
    assert boss.post(url, marks(review, "40")).status_code == 422
    assert "data-sheet " not in boss.get(url).content.decode(), "nothing to fill in any more"


def test_an_item_that_does_not_apply_leaves_the_denominator(world: Hotline, boss: Client) -> None:
    review = begun(world)
    row = queue(review, world.boss)[0]
    boss.post(reverse("service:sheet", args=[review.pk, row.code]), marks(review, "none"))
    assert CallScore.objects.get().total == 100


def test_the_last_score_leads_to_the_result(world: Hotline, boss: Client) -> None:
    review = begun(world)
    for row in queue(review, world.boss)[1:]:
        give(review, row, world.boss, 40)
    (last,) = queue(review, world.boss)
    answer = boss.post(reverse("service:sheet", args=[review.pk, last.code]), marks(review, "30"))
    assert answer["Location"] == reverse("service:review", args=[review.pk])


def test_scores_of_others_are_not_on_any_page_before_the_call_is_complete(
    world: Hotline, boss: Client
) -> None:
    review = begun(world)
    row = recordings(review, double=True)[0]
    give(review, row, world.second, 37)
    page, table = reverse("service:recording", args=[row.pk]), f"{reverse('service:scores')}?view=all"
    assert boss.get(page).context["scores"] == []
    assert boss.get(table).context["listing"].count == 0
    give(review, row, world.boss, 40)
    assert {score.total for score in boss.get(page).context["scores"]} == {87, 90}
    assert boss.get(table).context["listing"].count == 2


def test_the_result_withholds_the_ranking_and_names_the_case(world: Hotline, boss: Client) -> None:
    review = begun(world)
    url = reverse("service:review", args=[review.pk])
    assert "全部评完后公布排名" in boss.get(url).content.decode()
    score_all(world, review, apart=10)
    text = boss.get(url).content.decode()
    assert "不公布排名" in text
    assert Case.objects.get(kind="scorers_disagree").number in text
    assert "bh-whisker" not in text
    assert boss.post(reverse("service:recalibrate", args=[review.pk])).status_code == 302
    review.refresh_from_db()
    assert review.round == 2


def test_the_result_ranks_with_n_and_interval(world: Hotline, boss: Client) -> None:
    review = begun(world)
    score_all(world, review, apart=1)
    page = boss.get(reverse("service:review", args=[review.pk]))
    assert page.content.decode().count("bh-whisker-dot") == 2
    assert {name for name, _line in page.context["lines"]} == {"兰座席", "梅座席"}


def test_a_meeting_is_held_noted_and_reported(world: Hotline, boss: Client) -> None:
    review = begun(world)
    heard = recordings(review, double=True)
    given = {
        "held_on": "2026-04-10",
        "unit": world.branch.branch.pk,
        "review": review.pk,
        "chair": "刘主任",
        "attendees": "孙客服\n周专工",
        "heard": [row.pk for row in heard],
        "minutes": "听取录音两段，讨论答复口径，议定整改措施。",
    }
    assert boss.get(reverse("service:meeting-new")).status_code == 200
    assert boss.post(reverse("service:meeting-new"), {**given, "chair": ""}).status_code == 422
    assert boss.post(reverse("service:meeting-new"), given).status_code == 302
    row = ReviewMeeting.objects.get()
    step = reverse("service:meeting-step", args=[row.pk])
    found = {"action": "find", "text": "未复述客户诉求", "team": world.team.pk, "recording": heard[0].pk}
    boss.post(step, {**found, "text": ""})
    assert not row.findings.exists()
    boss.post(step, found)
    boss.post(step, {**found, "text": "写错了的问题"})
    boss.post(step, {"action": "drop", "finding": row.findings.last().pk})  # type: ignore[union-attr]
    edited = {**given, "place": "二楼会议室"}
    assert boss.post(reverse("service:meeting-edit", args=[row.pk]), edited).status_code == 302
    boss.post(step, {"action": "report"})
    text = boss.get(reverse("service:meeting", args=[row.pk])).content.decode()
    case = Case.objects.get(kind="voice_finding")
    assert case.number in text
    for words in ("95598语音质量讲评会纪要", "刘主任", "孙客服、周专工", "二楼会议室", "未复述客户诉求"):
        assert words in text
    assert boss.post(reverse("service:meeting-edit", args=[row.pk]), given).status_code == 422
    assert boss.post(step, {"action": "explode"}).status_code == 302


def test_a_scorecard_is_drafted_built_and_put_in_force(world: Hotline, client: Client) -> None:
    client.force_login(world.director)
    answer = client.post(reverse("service:scorecard-new"), {"subject": "calls"})
    url = answer["Location"]
    page = client.get(url)
    assert page.context["points"] == 100
    rows = {"title": "95598语音评分表", "items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "0"}
    rows |= {"items-0-text": "第二项", "items-0-points": "30", "items-0-ORDER": "2", "items-0-veto": "on"}
    rows |= {"items-1-text": "第一项", "items-1-points": "70", "items-1-ORDER": "1"}
    rows |= {"items-2-text": "", "items-2-points": "10"}
    assert client.post(url, {**rows, "items-0-points": "0"}).status_code == 422
    assert client.post(url, rows).status_code == 302
    page = client.get(url)
    assert [(item.text, item.points, item.veto) for item in page.context["items"]] == [
        ("第一项", 70, False),
        ("第二项", 30, True),
    ]
    assert client.post(reverse("service:scorecard-new"), {"subject": "calls"}).status_code == 422
    client.post(f"{url}in-force/", {"on": "2020-01-01"})
    assert client.get(url).context["row"].draft
    client.post(f"{url}in-force/", {"on": "2099-01-01"})
    assert not client.get(url).context["row"].draft
    client.force_login(world.boss)
    assert client.post(reverse("service:scorecard-new"), {"subject": "calls"}).status_code == 403


def test_pages_without_anything_yet_say_what_to_do(world: Hotline, boss: Client) -> None:
    assert "承诺抽取" in boss.get(reverse("service:scoring")).content.decode()
    boss.force_login(account("viewer", "来宾", Role.VIEWER, world.branch.branch))
    assert boss.get(reverse("service:scoring")).status_code == 200
    assert act.__doc__
