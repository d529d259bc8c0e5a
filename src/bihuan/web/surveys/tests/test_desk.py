"""Building, sending out, keying and reading: what people of the house do with questionnaires."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act import surveys as act
from bihuan.kernel.models import Keying, Question, Questionnaire, Reply, Role, Sheet, Wave
from bihuan.kernel.read import surveys as read
from bihuan.kernel.rules.surveys.validity import Counts
from bihuan.kernel.tests.surveys_world import ANSWERS, answer, bank, one_code, questionnaire, wave
from bihuan.kernel.tests.world import World, account
from bihuan.web.listing import Listing
from bihuan.web.surveys.lists import QuestionnairesListing, QuestionsListing, WavesListing
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx


class TestQuestions(ListingContract):
    listing: ClassVar[type[Listing]] = QuestionsListing
    outsider = None

    def make(self, world: World, n: int) -> None:
        start = Question.objects.count()
        for number in range(start, start + n):
            fields = {"kind": "text", "text_zh": "意见？"}
            act.keep_question(key=f"q{number}", unit=world.building, user=None, fields=fields)


class TestQuestionnaires(ListingContract):
    listing: ClassVar[type[Listing]] = QuestionnairesListing
    outsider = None

    def make(self, world: World, n: int) -> None:
        start = Questionnaire.objects.count()
        for number in range(start, start + n):
            act.create_questionnaire(
                key=f"n{number}", title_zh="问卷", title_en="", unit=world.building, user=None
            )


class TestWaves(ListingContract):
    listing: ClassVar[type[Listing]] = WavesListing

    def make(self, world: World, n: int) -> None:
        row = Questionnaire.objects.first()
        version = row.versions.get() if row else questionnaire(world.building)
        for _number in range(n):
            one_code(wave(world, version))


@pytest.fixture
def desk(client: Client, world: World) -> Iterator[Client]:
    client.force_login(world.sun_qian)
    with override("en"):
        yield client


def change(desk: Client, key: str, what: str, **fields: Any) -> Any:
    return desk.post(reverse("questionnaire-change", args=[key]), {"what": what, **fields}, follow=True)


def test_a_questionnaire_is_built_previewed_issued_and_copied(desk: Client, world: World) -> None:
    bank(world.building, "recommend", "why")
    fields = {"key": "nps", "title_zh": "推荐度", "title_en": "Loyalty", "unit": world.building.pk}
    assert (
        desk.post(reverse("questionnaire-new"), fields).headers["Location"] == "/surveys/questionnaires/nps/"
    )
    assert desk.post(reverse("questionnaire-new"), fields).status_code == 422, "the code is taken"
    for key in ("why", "recommend", "recommend"):
        change(desk, "nps", "add", question=key)
    draft = Questionnaire.objects.get().versions.get()
    why = draft.items.get(question__key="why")
    change(desk, "nps", "down", item=why.pk)
    condition = {f"i{why.pk}-code": "recommend", f"i{why.pk}-operator": "at_most", f"i{why.pk}-value": "6"}
    change(desk, "nps", "set", item=why.pk, **condition)
    assert [item.code for item in read.draft_form(draft).items] == ["recommend", "why"]
    assert (read.draft_form(draft).items[1].show_if, read.draft_form(draft).items[1].required) != (None, True)
    bad = change(desk, "nps", "set", item=why.pk, **{**condition, f"i{why.pk}-value": "11"})
    assert "不可能的答案" in bad.content.decode()
    change(desk, "nps", "words", title_zh="推荐度", title_en="", intro_zh="请用一分钟作答")
    assert "请用一分钟作答" in desk.get(reverse("questionnaire-preview", args=["nps", 1])).content.decode()
    change(desk, "nps", "issue")
    assert Questionnaire.objects.get().versions.get().issued_at is not None
    change(desk, "nps", "remove", item=why.pk)
    assert draft.items.count() == 2, "issued"
    change(desk, "nps", "copy")
    assert Questionnaire.objects.get().versions.count() == 2
    assert desk.get(reverse("questionnaire", args=["nps"]) + "?v=1").status_code == 200


def test_who_may_not_edit_sees_and_changes_nothing(client: Client, world: World) -> None:
    questionnaire(world.building)
    client.force_login(world.he_jia)
    page = client.get(reverse("questionnaire", args=["hall-csi"]))
    assert (page.status_code, page.context["mine"]) == (200, False)
    assert (
        client.post(reverse("questionnaire-change", args=["hall-csi"]), {"what": "copy"}).status_code == 403
    )
    client.force_login(world.gao_yuan)
    client.post(reverse("questionnaire-change", args=["hall-csi"]), {"what": "copy"})
    assert Questionnaire.objects.get().versions.count() == 1, "of another unit"


def test_a_question_is_made_with_options_and_changed_to_a_new_version(desk: Client, world: World) -> None:
    fields = {
        "key": "where",
        "kind": "one_of",
        "text_zh": "您在哪里办理？",
        "options": "hall | 营业厅 | hall\nphone | 电话 |\n网上",
        "unit": world.building.pk,
    }
    assert desk.post(reverse("question-new"), fields).status_code == 302
    row = Question.objects.get()
    assert [each["key"] for each in row.options] == ["hall", "phone", "网上"]
    assert desk.post(reverse("question-new"), fields).status_code == 422
    changed = {**fields, "text_zh": "您通过哪里办理？"}
    assert desk.post(reverse("question", args=["where"]), changed).status_code == 302
    assert Question.objects.get(newest=True).version == 2
    assert desk.post(reverse("question", args=["where"]), {**fields, "options": "a"}).status_code == 422


def test_a_wave_is_opened_and_its_codes_are_printed_once(desk: Client, world: World) -> None:
    version = questionnaire(world.building)
    today = timezone.localdate()
    fields = {
        "version": version.pk,
        "subject_kind": "hall",
        "subject_key": "H3-01",
        "subject_name": "南关营业厅",
        "unit": world.building.pk,
        "period": "2026Q4",
        "wanted": 20,
        "opens_on": today,
        "closes_on": today + timedelta(days=20),
    }
    assert (
        desk.post(reverse("wave-new"), {**fields, "closes_on": today - timedelta(days=1)}).status_code == 422
    )
    at = desk.post(reverse("wave-new"), fields).headers["Location"]
    assert "20" in desk.get(at).content.decode()
    order = {"count": 20, "layout": "slips", "run": "r1"}
    page = desk.post(f"{at}issue/", order).content.decode()
    found = re.findall(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", page)
    assert (len(found), page.count('<svg class="bh-qr"')) == (20, 20)
    assert read.find(found[0]) is not None
    again = desk.post(f"{at}issue/", order)
    assert again.status_code == 409
    assert found[0] not in again.content.decode()
    assert desk.post(f"{at}issue/", {**order, "count": 0, "run": "r2"}).status_code == 422
    papers = desk.post(f"{at}issue/", {"count": 2, "layout": "papers", "run": "r3"}).content.decode()
    assert papers.count("bh-paper-sheet") == 2
    assert "您的电话" in papers
    wave_row = Wave.objects.get()
    assert read.counts_of(wave_row) == Counts(20, 22, 0, 0)
    desk.post(f"{at}withdraw/")
    assert read.counts_of(wave_row).issued == 0


def test_a_wave_shows_its_three_counts_figures_and_words(desk: Client, out: Wave, world: World) -> None:
    first, second = act.issue_codes(wave=out, count=2, user=None)
    answer(first.code, raw={"recommend": 3, "why": "等太久 13800138000"})
    answer(second.code, raw={"attitude": None})
    page = desk.get(reverse("wave", args=[out.pk])).content.decode()
    assert "等太久 13800138000" in page
    desk.force_login(world.he_jia)
    page = desk.get(reverse("wave", args=[out.pk])).content.decode()
    assert "13800138000" not in page
    assert "•••" in page
    assert desk.post(reverse("wave-close", args=[out.pk])).status_code == 403
    desk.force_login(world.gao_yuan)
    for name in ("wave", "replies", "paper"):
        assert desk.get(reverse(name, args=[out.pk])).status_code == 404
    desk.force_login(world.sun_qian)
    desk.post(reverse("wave-close", args=[out.pk]))
    assert Wave.objects.get().closed_at is not None


def key(desk: Client, sheet: Sheet, **more: Any) -> Any:
    end = timezone.localtime(sheet.issued_at) - timedelta(minutes=1)
    fields = {f"q.{code}": value for code, value in {**ANSWERS, **more}.items()}
    times = {"begun_at": f"{end - timedelta(minutes=5):%FT%R}", "ended_at": f"{end:%FT%R}"}
    return desk.post(reverse("paper-sheet", args=[sheet.wave_id, sheet.number]), {**fields, **times})


def test_paper_is_keyed_by_two_and_settled_by_a_third(desk: Client, out: Wave, world: World) -> None:
    sheet = Sheet.objects.get(pk=one_code(out, expires_at=None).sheet)
    Wave.objects.update(opens_at=timezone.now() - timedelta(days=2))
    at = reverse("paper", args=[out.pk])
    assert desk.get(at, {"number": 9}).status_code == 422
    assert desk.get(at, {"number": 1}).headers["Location"].endswith("/paper/1/")
    assert key(desk, sheet).status_code == 302
    assert key(desk, sheet).status_code == 422, "not the same person twice"
    desk.force_login(world.wu_min)
    page = desk.get(reverse("paper-sheet", args=[out.pk, 1])).content.decode()
    assert "checked" not in page, "the second person sees nothing of the first"
    assert key(desk, sheet, attitude=2, phone="138").status_code == 302
    assert not Reply.objects.exists()
    desk.force_login(account("liu", "刘", Role.OWNER, world.building))
    third = desk.get(reverse("paper-sheet", args=[out.pk, 1]))
    assert [each["first"] for each in third.context["differences"]] == [4, ""]
    assert key(desk, sheet, attitude=2).status_code == 302
    assert Reply.objects.get().answers["attitude"] == 2
    assert Keying.objects.count() == 3
    assert key(desk, sheet).status_code == 422
    assert key(desk, sheet, recommend=77).status_code == 422


def bring(desk: Client, out: Wave, path: Path) -> Any:
    at = reverse("replies-import", args=[out.pk])
    page = desk.post(at, {"file": SimpleUploadedFile("replies.xlsx", path.read_bytes())})
    if page.status_code == 200 and "preview" in (page.context or {}):
        desk.post(at, {"token": page.context["preview"]["token"]})
    return page


def test_replies_come_in_from_a_spreadsheet_once(desk: Client, out: Wave, tmp_path: Path) -> None:
    act.issue_codes(wave=out, count=3, user=None)
    now = timezone.localtime()
    head = ["编号", "ended_at", "recommend", "why", "attitude", "waiting", "solved", "channel"]
    sheet = xlsx(
        tmp_path / "a.xlsx",
        head,
        [1, f"{now:%F %T}", 10, "", 5, 9, "是", "营业厅"],
        [2, f"{now:%F %T}", 2, "排队", 1, "", "no", "phone"],
    )
    bring(desk, out, sheet)
    assert [row.answers["solved"] for row in Reply.objects.order_by("pk")] == [1, 0]
    assert Reply.objects.get(sheet__number=2).reasons == ["required_missing"]
    assert read.counts_of(out) == Counts(20, 3, 2, 1)
    again = bring(desk, out, sheet)
    assert (again.status_code, again.context["preview"]["wrong"]) == (422, 2)
    bad = xlsx(
        tmp_path / "b.xlsx", head, [3, "soon", 11, "", 5, 9, "maybe", "杭州"], [9, f"{now:%F %T}", *[""] * 6]
    )
    errors = {error["column"] for error in bring(desk, out, bad).context["preview"]["errors"]}
    assert errors == {"ended_at", "recommend", "solved", "channel", "编号"}


def test_the_segments_of_replies_count_this_wave_alone(desk: Client, out: Wave, world: World) -> None:
    answer(one_code(out).code)
    other = wave(world, out.version)
    answer(one_code(other).code)
    for one in (out, other):
        listing = desk.get(reverse("replies", args=[one.pk])).context["listing"]
        assert {each["key"]: each["count"] for each in listing.views}["valid"] == 1


def test_what_is_exported_can_be_imported_and_hides_what_it_must(
    desk: Client, out: Wave, world: World, tmp_path: Path
) -> None:
    answer(one_code(out).code, raw={"recommend": 1, "why": "打 13800138000"})
    at = reverse("replies-export", args=[out.pk])
    whole = b"".join(desk.get(f"{at}?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "13800138000" in whole
    Reply.objects.all().delete()
    Sheet.objects.update(used_at=None)
    path = tmp_path / "back.csv"
    path.write_text(whole, encoding="utf-8")
    assert bring(desk, out, path).status_code == 200
    assert Reply.objects.get().channel == "file"
    desk.force_login(world.he_jia)
    covered = b"".join(desk.get(f"{at}?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "13800138000" not in covered
    assert desk.get(reverse("replies-import", args=[out.pk])).status_code == 403


def test_a_reply_opens_and_is_forgotten_by_who_may(desk: Client, out: Wave, world: World) -> None:
    answer(one_code(out).code, raw={"recommend": 1, "why": "慢"})
    at = reverse("reply", args=[out.pk, 1])
    assert "慢" in desk.get(at).content.decode()
    assert desk.post(reverse("reply-erase", args=[out.pk, 1])).status_code == 403
    desk.force_login(world.admin)
    desk.post(reverse("reply-erase", args=[out.pk, 1]))
    assert "慢" not in desk.get(at).content.decode()
    assert read.figures_of([out]).n == 1
    assert desk.get(reverse("reply", args=[out.pk, 2])).status_code == 404
    assert desk.get(reverse("replies", args=[out.pk])).status_code == 200
