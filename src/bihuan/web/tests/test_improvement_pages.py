"""Improvements on the pages: the table in and out, the item, its steps."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel import clock
from bihuan.kernel.act.improvements import cluster, propose
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import EffectTest, Improvement, User
from bihuan.kernel.read.improvements import story
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.improving import (
    cases,
    ended,
    many,
    other_department,
    planned,
    queue,
    running,
)
from bihuan.kernel.tests.world import World
from bihuan.web.improving import words
from bihuan.web.listing import Listing
from bihuan.web.listing.transfer.apply import apply_plan
from bihuan.web.listing.transfer.plan import Plan, make_plan
from bihuan.web.lists.improvements import ImprovementsListing, ImprovementsTransfer
from bihuan.web.tests.desk_pages import desk
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx

HEAD = ("number", "title", "unit", "cause", "problem", "owner", "planned from", "planned to")


@pytest.fixture(name="world")
def _world(db: None) -> Iterator[World]:
    with desk() as found:
        yield found


class TestImprovements(ListingContract):
    listing: ClassVar[type[Listing]] = ImprovementsListing

    @pytest.fixture(name="world")
    def _world(self, db: None) -> Iterator[World]:
        with desk() as found:
            yield found

    def make(self, world: World, n: int) -> None:
        for number in range(n):
            propose(user=world.sun_qian, unit=world.building, title=f"江{number}", cause=queue())


def bring(path: Path, user: User | None) -> Plan:
    transfer = ImprovementsTransfer(user)
    plan = make_plan(path, transfer)
    apply_plan(plan=plan, transfer=transfer, sha256="0" * 64)
    return plan


def post(client: Client, item: Improvement, action: str, **given: Any) -> Any:
    said = {f"step-{key}": value for key, value in given.items()}
    return client.post(f"/improvements/{item.number}/step/", {"action": action, **said})


def test_a_cluster_is_shown_with_its_cases_each_a_link(world: World, client: Client) -> None:
    shown = cases(world, "2026-11-01", "2026-11-10", "2026-11-20")
    cluster(now=at("2026-11-27 02:40"))
    item = Improvement.objects.get()
    client.force_login(world.sun_qian)
    page = client.get(f"/improvements/{item.number}/").content.decode()
    for case in shown:
        assert f'href="/cases/{case.number}/"' in page
    assert "排队 · 生科楼" in page


def test_who_works_on_it_elsewhere_sees_it_without_links_to_cases_he_may_not_see(
    world: World, client: Client
) -> None:
    item = planned(world, owner=other_department(world))
    (case,) = cases(world, "2026-11-01")
    client.force_login(world.sun_qian)
    assert post(client, item, "link", number=case.number).status_code == 302
    client.force_login(other_department(world))
    page = client.get(f"/improvements/{item.number}/").content.decode()
    assert case.number in page
    assert f'href="/cases/{case.number}/"' not in page
    client.force_login(world.gao_yuan)
    assert client.get(f"/improvements/{item.number}/").status_code == 404


def test_from_a_new_one_to_the_end_of_its_remedies(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    made = client.post("/improvements/new/", {"unit": world.building.pk, "cause": queue().pk})
    item = Improvement.objects.get()
    assert made.headers["Location"] == f"/improvements/{item.number}/"
    today = timezone.localdate()
    given = {
        "problem": "下午窗口排队超过半小时",
        "cause": queue().pk,
        "owner": world.wu_min.pk,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
    }
    assert post(client, item, "plan", **given).status_code == 302
    assert post(client, item, "remedy", text="午间增开一个窗口").status_code == 302
    client.force_login(world.wu_min)
    assert post(client, item, "start", on=today.isoformat()).status_code == 302
    remedy = item.remedies.get()
    client.post(f"/improvements/{item.number}/remedies/{remedy.pk}/", {"action": "done"})
    assert post(client, item, "finish", on=today.isoformat(), text="窗口已增开").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.remedies.get().state) == ("done", "done")
    page = client.get(f"/improvements/{item.number}/")
    assert page.context["ready_on"] == item.next_at
    assert [entry.text for entry in page.context["entries"]]


def test_what_is_refused_comes_back_with_what_was_written(world: World, client: Client) -> None:
    item = planned(world)
    client.force_login(world.sun_qian)
    answer = post(client, item, "start", on=timezone.localdate().isoformat())
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    answer = post(client, item, "drop", text="无")
    assert (answer.status_code, answer.context["doing"]) == (422, "drop")
    answer = post(client, item, "link", number="C-000000-00")
    assert answer.context["link_form"].non_field_errors()
    assert post(client, item, "explode").status_code == 400


def test_a_viewer_reads_and_is_offered_nothing(world: World, client: Client) -> None:
    item = running(world)
    client.force_login(world.he_jia)
    page = client.get(f"/improvements/{item.number}/")
    assert page.context["steps"] == []
    assert not page.context["may_add"]
    assert client.get("/improvements/new/").status_code == 403
    url = f"/improvements/{item.number}/remedies/{item.remedies.get().pk}/"
    client.post(url, {"action": "drop"})
    assert item.remedies.get().state == "open"


def test_a_case_is_taken_out_again(world: World, client: Client) -> None:
    item = planned(world)
    (case,) = cases(world, "2026-11-01")
    client.force_login(world.sun_qian)
    post(client, item, "link", number=case.number)
    client.post(f"/improvements/{item.number}/cases/{case.number}/")
    assert not item.links.exists()
    assert client.post(f"/improvements/{item.number}/cases/{case.number}/").status_code == 404


def test_the_effect_stands_with_n_interval_and_who_may_conclude(world: World, client: Client) -> None:
    many(world, at("2026-01-01 00:00").date(), 18, 5)
    many(world, at("2026-06-03 00:00").date(), 4, 20)
    item = ended(world)
    clock.run_due(at("2026-09-01 00:10"))
    client.force_login(world.wu_min)
    page = client.get(f"/improvements/{item.number}/")
    assert page.context["why_not"]
    client.force_login(world.sun_qian)
    page = client.get(f"/improvements/{item.number}/")
    found = page.context["effect"]
    assert (found.test.before, found.test.after) == (18, 4)
    assert found.ratio == "0.22 (0.05–0.66)"
    assert page.context["primary"] == "conclude"
    assert post(client, item, "conclude").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.outcome) == ("tested", "worked")
    assert post(client, item, "conclude").status_code == 422


def a_test(**given: Any) -> EffectTest:
    base = {"before": 12, "days_before": 90, "after": 3, "days_after": 92, "verdict": "worked"}
    return EffectTest(**{**base, "ratio": 0.24, "low": 0.04, "high": 0.9, "p": 0.03, **given})


def test_sentences_of_the_effect_in_both_languages() -> None:
    with override("en"):
        assert words.sentence(a_test()) == (
            "12 cases in 90 days before, 3 in 92 days after: rate ratio 0.24 (0.04–0.90), p = 0.030."
        )
        assert words.p_words(a_test(p=0.0001)) == "< 0.001"
        assert words.ratio_words(a_test(ratio=None, high=None)) == "— (0.04–∞)"
        little = a_test(verdict="too_little", before=2, after=1)
        assert words.sentence(little).endswith("too few to tell an effect from chance.")
    with override("zh-hans"):
        assert words.sentence(a_test()).startswith("之前 90 天 12 件，之后 92 天 3 件")


def test_every_event_has_a_sentence_in_both_languages(world: World) -> None:
    item = ended(world)
    clock.run_due(at("2026-09-02 09:00"))
    for language in ("zh-hans", "en"):
        with override(language):
            for event in story(item):
                assert not words.what(event.verb, event.payload).startswith("improvement.")


def test_plans_come_in_from_a_file_and_the_complete_ones_are_planned(world: World, tmp_path: Path) -> None:
    queue()
    rows = [
        ["2026-01", "窗口排队", "SKL", "QUEUE", "下午排队过长", "wu_min", "2026-12-01", "2026-12-31"],
        ["2026-02", "停电通知", "SKL", "", "", "", "", ""],
    ]
    path = xlsx(tmp_path / "plans.xlsx", HEAD, *rows)
    plan = bring(path, world.sun_qian)
    assert (plan.created, plan.wrong) == (2, 0)
    states = dict(Improvement.objects.values_list("number", "state"))
    assert states == {"2026-01": "planned", "2026-02": "proposed"}
    again = bring(path, world.sun_qian)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        (0, "计划"),
        (2, "BS"),
        (3, "NOTHING"),
        (5, "he_jia"),
        (6, "soon"),
        (7, "2026-11-01"),
    ],
)
def test_a_fault_in_a_file_names_its_column(world: World, tmp_path: Path, column: int, bad: str) -> None:
    queue()
    row = ["2026-01", "窗口排队", "SKL", "QUEUE", "下午排队过长", "wu_min", "2026-12-01", "2026-12-31"]
    row[column] = bad
    plan = make_plan(xlsx(tmp_path / "plans.xlsx", HEAD, row), ImprovementsTransfer(world.sun_qian))
    assert [error.column for error in plan.errors] == [HEAD[column]]


def test_what_has_begun_is_not_changed_by_a_file(world: World, tmp_path: Path) -> None:
    item = running(world)
    row = [item.number, "另一个标题", "SKL", "QUEUE", "下午排队过长", "wu_min", "2026-12-01", "2026-12-31"]
    path = xlsx(tmp_path / "plans.xlsx", HEAD, row)
    with pytest.raises(Refused):
        bring(path, world.sun_qian)
    assert Improvement.objects.get().title == ""


def test_the_desk_says_what_is_overdue(world: World, client: Client) -> None:
    planned(world)
    client.force_login(world.sun_qian)
    tiles = [tile for tile in client.get("/").context["rate_tiles"] if tile.url == "/improvements/"]
    assert [tile.value for tile in tiles] == [1]
