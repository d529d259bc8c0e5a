"""Causes, posts and steps of escalation: tables, forms, and files in and out."""

from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import duty
from bihuan.kernel.act.cases import accept, resolve
from bihuan.kernel.models import Case, Cause, Event, Post, Rung, User
from bihuan.kernel.tests.world import World, a_case
from bihuan.web.listing import Listing
from bihuan.web.listing.export import rows_of
from bihuan.web.listing.state import State
from bihuan.web.listing.transfer.apply import apply_plan
from bihuan.web.listing.transfer.plan import Plan, make_plan
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.lists.causes import CausesListing, CausesTransfer
from bihuan.web.lists.duty import PostsListing, PostsTransfer, RungsListing, RungsTransfer
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import text, xlsx


def bring(path: Path, user: User | None, kind: type[Transfer]) -> Plan:
    transfer = kind(user)
    plan = make_plan(path, transfer)
    apply_plan(plan=plan, transfer=transfer, sha256="0" * 64)
    return plan


def checked(path: Path, user: User | None, kind: type[Transfer]) -> list[tuple[int, str]]:
    return [(error.row, error.message) for error in make_plan(path, kind(user)).errors]


class TestCauses(ListingContract):
    listing: ClassVar[type[Listing]] = CausesListing
    insider = "chen_jing"
    outsider = None

    def make(self, world: World, n: int) -> None:
        top, _made = Cause.objects.get_or_create(code="JZ", name="江州原因")
        start = Cause.objects.count()
        for number in range(start, start + n):
            Cause.objects.create(name=f"江北{number}", code=f"Q{number}", parent=top, keywords="江\n河")


class TestRungs(ListingContract):
    listing: ClassVar[type[Listing]] = RungsListing
    insider = "chen_jing"
    outsider = None

    def make(self, world: World, n: int) -> None:
        start = Rung.objects.count()
        for number in range(start, start + n):
            Rung.objects.create(tells="owner", days_late=number)


class TestPosts(ListingContract):
    listing: ClassVar[type[Listing]] = PostsListing

    @pytest.fixture(name="world")
    def _world(self, desk_world: World) -> World:
        Post.objects.all().delete()
        return desk_world

    def make(self, world: World, n: int) -> None:
        from bihuan.kernel.models import Unit

        start = Post.objects.count()
        for number in range(start, start + n):
            unit = Unit.objects.create(name=f"江南{number}", code=f"N{number}", parent=world.jiangzhou)
            duty.appoint(key="head", unit=unit, to=world.wu_min)


def test_a_tree_of_causes_comes_from_a_file_and_twice_is_the_same_as_once(
    world: World, tmp_path: Path
) -> None:
    rows = (
        ("代码", "名称", "上级原因", "关键词", "有效"),
        ("TRAIN-1", "业务不熟", "TRAIN", "不熟悉、新人", "是"),
        ("TRAIN", "培训不足", "", "", "是"),
    )
    path = xlsx(tmp_path / "causes.xlsx", *rows)
    assert bring(path, world.chen_jing, CausesTransfer).created == 2
    child = Cause.objects.get(code="TRAIN-1")
    assert (str(child.parent), child.keywords) == ("培训不足", "不熟悉\n新人")
    assert bring(path, world.chen_jing, CausesTransfer).unchanged == 2
    fewer = text(tmp_path / "fewer.csv", ("code", "name", "active"), ("TRAIN-1", "业务不熟", "no"))
    assert bring(fewer, world.chen_jing, CausesTransfer).updated == 1
    child.refresh_from_db()
    assert (child.active, child.keywords, str(child.parent)) == (False, "不熟悉\n新人", "培训不足")


def test_a_cause_without_its_parent_or_below_itself_is_refused(world: World, tmp_path: Path) -> None:
    head = ("code", "name", "parent")
    stray = text(tmp_path / "stray.csv", head, ("A", "甲", "NONE"))
    assert checked(stray, None, CausesTransfer) == [(2, "没有这个原因")]
    ring = text(tmp_path / "ring.csv", head, ("A", "甲", "B"), ("B", "乙", "A"))
    assert {row for row, _why in checked(ring, None, CausesTransfer)} == {2, 3}


def test_the_causes_page_counts_the_cases_that_are_coded_with_each(client: Client, world: World) -> None:
    cause = Cause.objects.create(code="TRAIN", name="培训不足")
    case = a_case(world, "unswiped_use")
    accept(case=case, user=world.wu_min)
    resolve(case=case, user=world.wu_min, verdict="violation", text="已核对登记本", cause=cause)
    listing = CausesListing(world.wu_min)
    assert [(row.name, row.coded) for row in rows_of(listing, State())] == [("培训不足", 1)]
    assert [row.coded for row in rows_of(CausesListing(world.gao_yuan), State())] == [0]


def test_who_may_set_standards_writes_a_cause_and_nobody_else(client: Client, world: World) -> None:
    said = {"code": "TRAIN", "name": "培训不足", "keywords": "新人，不熟悉", "active": "on"}
    client.force_login(world.sun_qian)
    assert client.post("/standards/causes/new/", said).status_code == 403
    client.force_login(world.chen_jing)
    client.post("/standards/causes/new/", said)
    cause = Cause.objects.get()
    assert cause.keywords == "新人\n不熟悉"
    answer = client.post(f"/standards/causes/{cause.pk}/", {**said, "parent": cause.pk})
    assert answer.status_code == 422
    assert Event.objects.filter(verb="cause.created", actor=world.chen_jing).exists()


@pytest.fixture
def posts(desk_world: World) -> World:
    Post.objects.all().delete()
    return desk_world


def test_holders_of_posts_come_from_a_file_by_title_unit_and_user_name(posts: World, tmp_path: Path) -> None:
    rows = (
        ("岗位", "单位", "用户名"),
        ("head of the office", "JZ 江州分公司", "sun_qian"),
        ("head of the office", "生科楼", "Wu_Min"),
        ("deputy", "JZ", "sun_qian"),
    )
    path = xlsx(tmp_path / "posts.xlsx", *rows)
    assert bring(path, posts.sun_qian, PostsTransfer).created == 3
    assert bring(path, posts.sun_qian, PostsTransfer).unchanged == 3
    taken = text(tmp_path / "taken.csv", ("post", "unit", "user"), ("head", "SKL", "sun_qian"))
    assert bring(taken, posts.sun_qian, PostsTransfer).updated == 1
    assert Post.objects.get(key="head", unit=posts.building).user == posts.sun_qian
    assert Event.objects.filter(verb="post.appointed").count() == 6, "two by the desk itself"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("king", "JZ", "sun_qian"), "head of the office"),
        (("head", "BS", "sun_qian"), "没有这个单位"),
        (("head", "JZ", "gao_yuan"), "没有使用该用户名的有效账号"),
        (("head", "", "sun_qian"), "为空"),
    ],
)
def test_a_post_that_cannot_be_given_says_why(
    posts: World, tmp_path: Path, row: tuple[str, ...], why: str
) -> None:
    path = text(tmp_path / "posts.csv", ("post", "unit", "user"), row)
    (_row, message), *_rest = checked(path, posts.sun_qian, PostsTransfer)
    assert why in message


def test_two_holders_of_one_post_in_a_file_are_refused(posts: World, tmp_path: Path) -> None:
    rows = (("post", "unit", "user"), ("head", "JZ", "sun_qian"), ("head", "JZ", "wu_min"))
    assert checked(text(tmp_path / "p.csv", *rows), posts.sun_qian, PostsTransfer) == [(3, "与第 2 行重复")]


def test_a_post_is_given_and_vacated_on_its_page(client: Client, posts: World) -> None:
    client.force_login(posts.sun_qian)
    said = {"key": "head", "unit": posts.jiangzhou.pk, "user": posts.wu_min.pk}
    assert client.post("/organisation/posts/new/", said).status_code == 302
    post = Post.objects.get()
    client.post(f"/organisation/posts/{post.pk}/", {"user": posts.sun_qian.pk})
    post.refresh_from_db()
    assert (post.key, post.user) == ("head", posts.sun_qian)
    client.post("/organisation/posts/", {"action": "vacate", "ids": [post.pk]})
    assert not Post.objects.exists()
    assert list(
        Event.objects.filter(verb__startswith="post.").order_by("-pk")[:2].values_list("verb", flat=True)
    ) == [
        "post.vacated",
        "post.appointed",
    ]


def test_the_ladder_goes_out_in_words_and_comes_back_unchanged(
    client: Client, desk_world: World, tmp_path: Path
) -> None:
    client.force_login(desk_world.chen_jing)
    answer: Any = client.get(reverse("escalation-export"), {"format": "csv"})
    sheet = tmp_path / "ladder.csv"
    sheet.write_bytes(b"".join(answer.streaming_content))
    said = sheet.read_text("utf-8-sig")
    assert "Deputy manager" in said
    assert "责任人的上级" in said
    plan = make_plan(sheet, RungsTransfer(desk_world.chen_jing))
    assert (plan.created, plan.updated, plan.wrong, plan.unchanged) == (0, 0, 0, Rung.objects.count())


@pytest.mark.parametrize(
    ("cell", "wanted"), [("75", "0.75"), ("75 %", "0.75"), (0.75, "0.75"), (1, "1"), ("100%", "1")]
)
def test_a_share_is_read_as_it_is_written(
    desk_world: World, tmp_path: Path, cell: object, wanted: str
) -> None:
    rows = (("system", "used", "days_late", "tells", "active"), ("desk", cell, 0, "manager", "no"))
    bring(xlsx(tmp_path / "ladder.xlsx", *rows), None, RungsTransfer)
    step = Rung.objects.get(system="desk", tells="manager")
    assert (step.used, step.active) == (Decimal(wanted), False)


@pytest.mark.parametrize(
    "row",
    [
        ("desk", "x", "0", "owner"),
        ("desk", "250", "0", "owner"),
        ("desk", "75", "1", "owner"),
        ("desk", "100", "-1", "owner"),
        ("desk", "100", "1", "nobody"),
        ("weather", "100", "1", "owner"),
    ],
)
def test_a_step_that_means_nothing_is_refused(
    desk_world: World, tmp_path: Path, row: tuple[str, ...]
) -> None:
    path = text(tmp_path / "ladder.csv", ("system", "used", "days_late", "tells"), row)
    assert len(checked(path, None, RungsTransfer)) == 1


def test_a_step_is_made_changed_and_not_made_twice(client: Client, desk_world: World) -> None:
    client.force_login(desk_world.chen_jing)
    said = {"system": "desk", "percent": "50", "days_late": "0", "tells": "head", "active": "on"}
    assert client.post("/standards/escalation/new/", said).status_code == 302
    step = Rung.objects.get(system="desk", used=Decimal("0.50"))
    assert client.post("/standards/escalation/new/", said).status_code == 422
    assert client.post("/standards/escalation/new/", {**said, "days_late": "1"}).status_code == 422
    client.post(f"/standards/escalation/{step.pk}/", {**said, "percent": "60", "active": ""})
    step.refresh_from_db()
    assert (step.used, step.active) == (Decimal("0.60"), False)


def test_the_escalation_page_says_words_and_no_keys(client: Client, desk_world: World) -> None:
    client.force_login(desk_world.wu_min)
    shown = client.get("/standards/escalation/").content.decode()
    assert "责任人的上级" in shown
    assert ">superior<" not in shown
    assert Case.objects.count() == 0
