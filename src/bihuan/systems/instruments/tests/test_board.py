"""The live board: what each instrument is doing, worst first, in the reader's units."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.systems.instruments import live
from bihuan.systems.instruments.act import archive, set_maintenance
from bihuan.systems.instruments.models import Instrument
from bihuan.systems.instruments.read.board import board, counts, instruments

from .lab import Lab, alarm, build, heard, instrument, photo, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10, PCR02=10, NMR13=10)
    return build()


def states() -> dict[str, str]:
    return {row.shown.code: row.shown.state for row in board(instruments())}


def page(client: Client, user: Any, query: str = "", **headers: str) -> str:
    client.force_login(user)
    return client.get(f"/instruments/{query}", headers=headers).content.decode()


def test_the_board_has_the_six_columns_of_the_original_and_the_link(lab: Lab, client: Client) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now() - timedelta(minutes=5))
    html = page(client, lab.world.he_jia)
    for shown in ("DNA01", "高速冷冻离心机", "0008075634", "张三", "SKL-301", "使用中", "在线"):
        assert shown in html


def test_use_without_a_swipe_is_abnormal_and_comes_first(lab: Lab) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now())
    alarm(lab.pcr, timezone.now())
    assert next(iter(states().items())) == ("PCR02", "abnormal")
    assert states()["DNA01"] == "in_use"


@pytest.mark.parametrize("flag", ["unknown_card", "not_authorised", "cooldown", "overlong"])
def test_a_session_that_opened_a_case_is_a_warning(lab: Lab, flag: str) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now(), flags=[flag])
    assert states()["DNA01"] == "warning"


def test_a_late_swipe_is_no_warning_any_longer(lab: Lab) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now(), flags=["late_swipe"])
    assert states()["DNA01"] == "in_use"


@pytest.mark.parametrize(
    ("silence_s", "link", "state"),
    [(74, "online", "idle"), (76, "stale", "idle"), (151, "offline", "offline")],
)
def test_silence_turns_the_link_and_then_the_state(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, silence_s: float, link: str, state: str
) -> None:
    heard(monkeypatch, DNA01=silence_s)
    row = board(Instrument.objects.filter(pk=lab.dna.pk))[0]
    assert (row.shown.link, row.shown.state) == (link, state)


def test_a_terminal_that_was_never_heard_is_offline(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch)
    assert states()["DNA01"] == "offline"


def test_maintenance_hides_silence_but_never_an_alarm(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch)
    set_maintenance(row=lab.dna, user=lab.world.sun_qian, on=True)
    assert states()["DNA01"] == "maintenance"
    alarm(lab.dna, timezone.now())
    assert states()["DNA01"] == "abnormal"


def test_the_rest_that_is_left_is_counted_down(lab: Lab, client: Client) -> None:
    Instrument.objects.filter(pk=lab.dna.pk).update(logged_off_at=timezone.now() - timedelta(minutes=10))
    row = board(Instrument.objects.filter(pk=lab.dna.pk))[0]
    assert row.shown.clock == "rest"
    assert row.shown.since is not None
    assert timedelta(minutes=19) < row.shown.since - timezone.now() <= timedelta(minutes=20)
    assert "静置中，余" in page(client, lab.world.he_jia)


def test_who_used_it_last_stands_where_nobody_is(lab: Lab) -> None:
    began = timezone.now() - timedelta(hours=2)
    use(lab.dna, lab.world.li_si, began, began + timedelta(hours=1))
    use(lab.dna, lab.world.wang_wu, began - timedelta(days=1), began - timedelta(hours=20))
    row = board(Instrument.objects.filter(pk=lab.dna.pk))[0]
    assert (row.shown.user, row.shown.card) == ("李四", "")


def test_counts_name_every_state_once(lab: Lab) -> None:
    alarm(lab.dna, timezone.now())
    found = counts(board(instruments()))
    assert (found["all"], found["abnormal"], found["idle"]) == (3, 1, 2)
    assert found["all"] == sum(n for state, n in found.items() if state != "all")


def test_an_archived_instrument_leaves_the_board(lab: Lab) -> None:
    archive(row=lab.dna, user=lab.world.sun_qian)
    assert "DNA01" not in states()


@pytest.mark.parametrize(
    ("word", "found"),
    [
        *(("dna", "DNA01"), ("离心", "DNA01"), ("张三", "DNA01"), ("80756", "DNA01"), ("SKL-4", "PCR02")),
        *(("使用中", "DNA01"), ("待机", "PCR02"), ("在线 pcr", "PCR02")),
    ],
)
def test_every_column_can_be_searched(lab: Lab, client: Client, word: str, found: str) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now())
    html = page(client, lab.world.wu_min, f"?q={word}")
    other = {"DNA01": "PCR02", "PCR02": "DNA01"}[found]
    assert f"/instruments/{found}/" in html
    assert f"/instruments/{other}/" not in html


def test_state_and_floor_narrow_the_table_and_the_counts_stay(lab: Lab, client: Client) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now())
    html = page(client, lab.world.wu_min, "?state=in_use&floor=3")
    assert "/instruments/DNA01/" in html
    assert "/instruments/PCR02/" not in html
    assert 'data-live-count="instruments.all">2<' in html
    assert "/instruments/DNA01/" not in page(client, lab.world.wu_min, "?state=idle")


def test_a_filter_that_fits_nothing_says_so(lab: Lab, client: Client) -> None:
    assert "现在没有这样的仪器" in page(client, lab.world.wu_min, "?state=maintenance")


def test_a_house_without_instruments_says_what_to_do(client: Client) -> None:
    from bihuan.kernel.tests.world import build as build_world

    world = build_world()
    html = page(client, world.sun_qian)
    assert "/instruments/new/" in html
    assert "认领" in html


def test_the_minute_s_question_is_answered_with_a_part(lab: Lab, client: Client) -> None:
    html = page(client, lab.world.wu_min, **{"HX-Request": "true"})
    assert "<html" not in html
    assert 'hx-swap-oob="true"' in html
    assert 'hx-trigger="every 60s"' in html


def test_a_page_of_many_instruments_asks_as_often_as_one_of_two(
    lab: Lab, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        row = instrument(f"SIM{number}", "仪器", lab.world.lab)
        use(row, lab.world.zhang_san, timezone.now() - timedelta(hours=1), timezone.now())
    client.force_login(lab.world.chen_jing)
    with django_assert_max_num_queries(12):
        html = client.get("/instruments/").content.decode()
    assert html.count("<tr id=") == 43


def test_an_unchanged_row_is_not_written_twice(
    lab: Lab, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(client, lab.world.wu_min)
    monkeypatch.delattr(live, "_written")
    html = page(client, lab.world.wu_min)
    assert "00:0" in html or "—" in html


def test_names_are_escaped_in_cached_rows(lab: Lab, client: Client) -> None:
    Instrument.objects.filter(pk=lab.dna.pk).update(name="<script>alert(1)</script>")
    assert "<script>alert" not in page(client, lab.world.wu_min)


def test_the_drawer_shows_alarm_photo_owner_and_case(lab: Lab, client: Client) -> None:
    from bihuan.kernel.tests.world import a_case

    case = a_case(lab.world, "unswiped_use")
    photo(lab.dna, timezone.now(), alarm(lab.dna, timezone.now(), case=case))
    client.force_login(lab.world.wu_min)
    html = client.get("/instruments/DNA01/drawer/").content.decode()
    assert case.number in html
    assert "吴敏" in html
    assert "没有刷卡记录" in html
    assert "data-photo-open" in html


def test_the_drawer_offers_no_photo_to_who_may_not_look(lab: Lab, client: Client) -> None:
    photo(lab.dna, timezone.now(), alarm(lab.dna, timezone.now()))
    client.force_login(lab.world.he_jia)
    assert "data-photo-open" not in client.get("/instruments/DNA01/drawer/").content.decode()


def test_the_board_exports_the_rows_on_the_screen(lab: Lab, client: Client) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now())
    client.force_login(lab.world.wu_min)
    answer = client.get("/instruments/export/?format=csv&state=in_use")
    text = answer.getvalue().decode("utf-8-sig")
    assert "DNA01,高速冷冻离心机" in text
    assert "PCR02" not in text


def test_the_board_exports_to_excel_too(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    answer = client.get("/instruments/export/")
    assert answer.getvalue().startswith(b"PK")
