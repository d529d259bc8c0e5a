"""A campaign behind a code: visits, clicks and time on the page, each with its n; rewards once a visit."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.models import Standard
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.campaigns import tidy
from bihuan.systems.equity.models import Campaign, CampaignVisit, Coupon
from bihuan.systems.equity.read.campaigns import indicators
from bihuan.systems.equity.rules.promotion import dwelt
from bihuan.systems.equity.rules.quantiles import median, median_interval
from bihuan.systems.equity.views.public import BUSY, GIVEN

from .promoting import a_campaign, an_offer
from .shop import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    BUSY.forget()
    GIVEN.forget()
    with override("en"):
        yield


class Phone:
    """Somebody's browser: nobody is signed in."""

    def __init__(self, row: Campaign, how: str = "?q") -> None:
        self.client, self.url = Client(), reverse("equity:campaign-open", args=[row.code])
        self.page = self.client.get(self.url + how)
        found = re.search(r'data-ticket="([^"]+)"', self.page.content.decode())
        self.ticket = found[1] if found else ""

    def tell(self, **more: Any) -> Any:
        body = json.dumps({"ticket": self.ticket, **more})
        return self.client.post(self.url, body, content_type="application/json")

    def press(self, **more: Any) -> str:
        answer = self.client.post(self.url, {"ticket": self.ticket, **more})
        assert answer.status_code == 200
        return answer.content.decode()


def test_a_look_counts_when_the_page_speaks_up_and_not_before(world: World) -> None:
    row = a_campaign(world)
    phone = Phone(row)
    assert phone.page.cookies == {}
    assert not CampaignVisit.objects.exists()
    assert phone.tell().status_code == 204
    assert phone.tell(seconds=12.5).status_code == 204
    phone.tell(seconds=4)
    visit = CampaignVisit.objects.get()
    assert (visit.scanned, visit.dwell_s, visit.clicked_at) == (True, 12.5, None)
    Phone(row, "").tell()
    assert indicators(row).scans == 1


def test_the_right_answer_brings_a_coupon_once(world: World) -> None:
    row = a_campaign(world, reward=an_offer(world))
    phone = Phone(row)
    phone.press(answer=1)
    assert CampaignVisit.objects.get().wrong == 1
    assert not Coupon.objects.exists()
    text = phone.press(answer=0)
    assert "bh-eq-ticket" in text
    assert "bh-eq-ticket" in phone.press(answer=0)
    coupon = Coupon.objects.get()
    assert (coupon.source, coupon.campaign, coupon.customer) == ("scan", row, None)
    found = indicators(row)
    assert (found.visits, found.clicks, found.done, found.rewards) == (1, 1, 1, 1)


def test_the_right_answer_does_not_always_stand_first(world: World) -> None:
    row = a_campaign(world)
    orders = {
        tuple(re.findall(r'name="answer" value="(\d)"', Phone(row).page.content.decode())) for _n in range(20)
    }
    assert orders == {("0", "1"), ("1", "0")}


def test_three_wrong_answers_end_the_visit(world: World) -> None:
    phone = Phone(a_campaign(world, reward=an_offer(world)))
    for _n in range(3):
        phone.press(answer=1)
    assert "<form" not in phone.press(answer=0)
    assert not Coupon.objects.exists()


def test_no_more_rewards_than_there_are(world: World) -> None:
    row = a_campaign(world, kind="task", ask_zh="看一遍", options=[], reward=an_offer(world), rewards=2)
    texts = [Phone(row).press() for _n in range(3)]
    assert ["bh-eq-ticket" in text for text in texts] == [True, True, False]
    assert Coupon.objects.count() == 2


def test_details_count_the_press_of_the_button(world: World) -> None:
    row = a_campaign(world, kind="details", options=[], ask_zh="")
    phone = Phone(row)
    phone.tell()
    phone.press()
    found = indicators(row)
    assert (found.visits, found.clicks) == (1, 1)
    assert found.click_through is None


def test_a_quiz_without_an_answer_or_with_an_old_page_says_what_to_do(world: World) -> None:
    row = a_campaign(world)
    phone = Phone(row)
    assert "<form" in phone.press()
    phone.ticket = "made-up"
    assert "<form" in phone.press(answer=0)
    assert not CampaignVisit.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{}", "x", '{"ticket": "made-up"}', '{"ticket": 1, "seconds": "x"}'])
def test_what_no_page_of_ours_tells_is_refused(world: World, body: str) -> None:
    row = a_campaign(world)
    url = reverse("equity:campaign-open", args=[row.code])
    assert Client().post(url, body, content_type="application/json").status_code == 422
    assert not CampaignVisit.objects.exists()


def test_a_ticket_of_another_campaign_counts_nowhere(world: World) -> None:
    phone = Phone(a_campaign(world))
    phone.url = reverse("equity:campaign-open", args=[a_campaign(world, "dong").code])
    assert phone.tell().status_code == 422


def test_before_its_first_and_after_its_last_day_it_says_so(world: World) -> None:
    today = timezone.localdate()
    early = a_campaign(world, "mai", opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=2))
    over = a_campaign(world, "alt", opens_on=today - timedelta(days=2), closes_on=today - timedelta(days=1))
    assert Phone(early).page.status_code == 403
    assert early.opens_on.isoformat() in Phone(early).page.content.decode()
    assert Phone(over).page.status_code == 410
    assert Client().get(reverse("equity:campaign-open", args=["none"])).status_code == 404


def test_a_network_that_asks_too_much_waits(world: World) -> None:
    row = a_campaign(world)
    for _n in range(600):
        BUSY.note("127.0.0.1")
    answer = Phone(row).page
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"


def test_a_machine_cannot_empty_a_campaign(world: World) -> None:
    row = a_campaign(world, kind="task", options=[], reward=an_offer(world))
    for _n in range(60):
        GIVEN.note("127.0.0.1")
    phone = Phone(row)
    answer = phone.client.post(phone.url, {"ticket": phone.ticket})
    assert answer.status_code == 429
    assert not Coupon.objects.exists()


def test_a_day_has_no_more_visits_than_the_standard_says(world: World) -> None:
    Standard.objects.filter(key="equity.campaign.visits").update(value=2)
    row = a_campaign(world, kind="task", options=[], reward=an_offer(world))
    for _n in range(3):
        Phone(row).tell()
    assert CampaignVisit.objects.count() == 2
    assert "bh-eq-ticket" not in Phone(row).press()


def test_a_page_is_in_both_languages(world: World) -> None:
    text = Phone(a_campaign(world)).page.content.decode()
    assert "秋日问答" in text
    assert "Autumn quiz" in text


def visits(row: Campaign, n: int, clicked: int) -> None:
    now = timezone.now()
    CampaignVisit.objects.bulk_create(
        CampaignVisit(
            campaign=row,
            key=f"{k:032x}",
            at=now,
            scanned=k % 2 == 0,
            clicked_at=now if k < clicked else None,
            dwell_s=float(k),
        )
        for k in range(n)
    )


def test_figures_stand_with_n_and_interval_and_are_withheld_below_thirty(
    world: World, client: Client
) -> None:
    row = a_campaign(world)
    visits(row, 29, 10)
    found = indicators(row)
    assert (found.click_through, found.dwell) == (None, None)
    assert "29" in page(client, world.sun_qian, "campaign-one", row.pk)
    CampaignVisit.objects.all().delete()
    visits(row, 40, 10)
    found = indicators(row)
    assert found.click_through is not None
    assert found.click_through.value == pytest.approx(0.25)
    low, high = found.click_through.interval
    assert (low, high) == pytest.approx((0.1419, 0.4019), abs=1e-4)
    assert found.dwell == 19.5
    assert found.dwell_interval == (13.0, 26.0)
    text = page(client, world.sun_qian, "campaign-one", row.pk)
    assert "25" in text
    assert "bh-qr" in text


def test_old_visits_go_and_coupons_stay(world: World) -> None:
    row = a_campaign(world, kind="task", options=[], reward=an_offer(world))
    Phone(row).press()
    CampaignVisit.objects.update(at=timezone.now() - timedelta(days=401))
    assert tidy(now=timezone.now()) == 1
    assert Coupon.objects.get().visit is None


def form(world: World, **more: Any) -> dict[str, Any]:
    return {
        "code": "mai",
        "unit": world.jiangzhou.pk,
        "kind": "quiz",
        "title_zh": "五月",
        "text_zh": "新卡上市",
        "ask_zh": "几年？",
        "options": "三年 | three\n一年 | one",
        "rewards": 50,
        "opens_on": "2026-05-01",
        "closes_on": "2026-05-31",
        **more,
    }


def test_a_manager_builds_a_campaign_on_a_page(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    assert client.post(reverse("equity:campaign-new"), form(world)).status_code == 302
    row = Campaign.objects.get()
    assert row.options == [{"zh": "三年", "en": "three"}, {"zh": "一年", "en": "one"}]
    text = page(client, world.sun_qian, "campaign", row.pk)
    assert "三年 | three" in text
    changed = form(world, title_zh="五月二", code="other")
    assert client.post(reverse("equity:campaign", args=[row.pk]), changed).status_code == 302
    row.refresh_from_db()
    assert (row.title_zh, row.code) == ("五月二", "mai")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"options": "三年"}, "options"),
        ({"options": "\n".join("abcdefg")}, "options"),
        ({"ask_zh": ""}, "ask_zh"),
        ({"closes_on": "2026-04-01"}, "closes_on"),
        ({"text_zh": "身份证 11010119900307721X"}, "text_zh"),
    ],
)
def test_a_campaign_that_cannot_run_is_refused_at_its_field(
    world: World, client: Client, more: dict[str, Any], field: str
) -> None:
    client.force_login(world.sun_qian)
    answer = client.post(reverse("equity:campaign-new"), form(world, **more))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_median_has_the_interval_of_its_order_statistics() -> None:
    assert median([3.0, 1.0, 2.0]) == 2
    assert median([1.0, 2.0, 3.0, 10.0]) == 2.5
    assert median_interval([1.0, 2.0, 3.0, 4.0, 5.0]) is None
    assert median_interval([float(n) for n in range(1, 7)]) == (1, 6)
    assert median_interval([float(n) for n in range(1, 21)]) == (6, 15)
    with pytest.raises(ValueError, match="nothing"):
        median([])


def test_time_on_a_page_is_bounded() -> None:
    assert (dwelt(12), dwelt(7200), dwelt(-1), dwelt(float("nan")), dwelt(1e9)) == (
        12,
        1800,
        None,
        None,
        None,
    )
