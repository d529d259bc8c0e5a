"""Notices, search, the live token, administration."""

import re
import tomllib
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

import bihuan
from bihuan.kernel import live_token
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import ProcessBeat, Quarantine, Schedule
from bihuan.kernel.tests.world import World, a_case
from bihuan.web import quality

ACCOUNTS = sorted(Path(bihuan.__file__).parent.glob("systems/*/QUALITY.toml"))


def test_the_bell_counts_until_everything_shown_is_marked_read(client: Client, world: World) -> None:
    case = a_case(world, "offline")
    client.force_login(world.wu_min)
    shown = client.get("/notices/").content.decode()
    assert f"{case.number} DNA01" in shown
    assert "1</b> <span>条未读" in shown
    client.post("/notices/read/", {"until": timezone.now().isoformat()})
    assert "全部标为已读" not in client.get("/notices/").content.decode()


def test_what_came_after_the_page_was_made_stays_unread(client: Client, world: World) -> None:
    before = timezone.now()
    tell(user=world.wu_min, key="calendar.missing", at=before + timedelta(seconds=5), year=2027)
    client.force_login(world.wu_min)
    client.post("/notices/read/", {"until": before.isoformat()})
    assert world.wu_min.notices.filter(read_at=None).count() == 1


def test_a_case_number_leads_straight_to_its_case(client: Client, world: World) -> None:
    case = a_case(world, "offline")
    client.force_login(world.wu_min)
    assert client.get("/search/", {"q": case.number.lower()})["Location"] == f"/cases/{case.number}/"


@pytest.mark.parametrize(
    ("text", "found"), [("DNA0", "DNA01"), ("江州大", "江州大学"), ("0008075634", "张三")]
)
def test_search_finds_cases_customers_and_card_holders(
    client: Client, world: World, text: str, found: str
) -> None:
    a_case(world, "offline")
    client.force_login(world.sun_qian)
    assert found in client.get("/search/", {"q": text}).content.decode()


def test_search_shows_nothing_of_another_unit(client: Client, world: World) -> None:
    case = a_case(world, "offline")
    client.force_login(world.gao_yuan)
    for text in (case.number, "DNA01", "江州大学", "张三"):
        shown = client.get("/search/", {"q": text})
        assert shown.status_code == 200
        assert "没有此编号" in shown.content.decode()


def test_a_live_token_says_who_looks_and_which_topics(client: Client, world: World) -> None:
    client.force_login(world.wu_min)
    answer = client.get("/live/token/", {"topics": "instruments.board,kernel.cases"}).json()
    assert answer["url"].startswith("http://testserver:")
    assert answer["url"].endswith("&topics=instruments.board,kernel.cases")
    viewer = live_token.check(answer["token"])
    assert viewer is not None
    assert (viewer.user, viewer.unit_path) == (world.wu_min.pk, world.wu_min.unit.path)


def test_a_forged_live_token_is_nobodys() -> None:
    assert live_token.check("W10:1abc:forged") is None


def test_administration_is_for_administrators(client: Client, world: World) -> None:
    client.force_login(world.chen_jing)
    for path in ("/admin/", "/admin/processes/", "/admin/quality/"):
        assert client.get(path).status_code == 403
    client.force_login(world.admin)
    assert "/admin/processes/" in client.get("/admin/").content.decode()


def test_processes_shows_who_is_silent_what_failed_and_what_was_passed_over(
    client: Client, world: World
) -> None:
    now = timezone.now()
    ProcessBeat.objects.create(
        name="worker", at=now - timedelta(minutes=5), started_at=now, detail={"pid": 7}
    )
    Schedule.objects.create(name="kernel.mail", next_at=now, last_error="OSError: no route")
    Quarantine.objects.create(gateway="one", seq=12, at=now, error="ValueError: no such day")
    client.force_login(world.admin)
    shown = client.get("/admin/processes/").content.decode()
    assert "未运行：gateway, worker, live" in shown
    for words in ("worker", "异常", "OSError: no route", "ValueError: no such day", "搁置 1 条"):
        assert words in shown


def test_quality_is_read_from_the_rooms_own_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[data]\nimport = "done"\nerase_person = { state = "exempt", reason = "names nobody" }\n'
    (tmp_path / "QUALITY.toml").write_text(text, encoding="utf-8")
    origin = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(quality, "find_spec", lambda room: origin)
    assert quality.quality_of("a.room") == [
        quality.Quality("data", "import", "done", ""),
        quality.Quality("data", "erase person", "exempt", "names nobody"),
    ]


def test_quality_in_chinese_keeps_the_english_words_that_have_no_chinese_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '[data]\nimport = "done"\nerase_person = { state = "exempt", reason = "names nobody" }\n'
    (tmp_path / "QUALITY.toml").write_text(text, encoding="utf-8")
    words = '[headings]\ndata = "数据"\n[data]\nerase_person = { reason = "不涉及姓名" }\n'
    (tmp_path / "QUALITY.zh-hans.toml").write_text(words, encoding="utf-8")
    origin = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(quality, "find_spec", lambda room: origin)
    with override("zh-hans"):
        assert quality.quality_of("a.room") == [
            quality.Quality("数据", "import", "done", ""),
            quality.Quality("数据", "erase person", "exempt", "不涉及姓名"),
        ]
    with override("en"):
        assert [line.group for line in quality.quality_of("a.room")] == ["data", "data"]


def account(path: Path) -> dict[str, dict[str, str | dict[str, str]]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def reasons(path: Path) -> dict[tuple[str, str], str]:
    """Reason of each item by heading and key, empty where it has none."""
    return {
        (group, key): "" if isinstance(item, str) else item.get("reason", "")
        for group, items in account(path).items()
        for key, item in items.items()
        if group != "headings"
    }


@pytest.mark.parametrize("path", ACCOUNTS, ids=lambda path: path.parent.name)
def test_every_item_reason_and_heading_of_quality_has_its_chinese_words_and_no_other_has(path: Path) -> None:
    chinese = path.with_name("QUALITY.zh-hans.toml")
    explained, answered = (
        {key: bool(reason) for key, reason in reasons(each).items()} for each in (path, chinese)
    )
    assert answered == explained
    assert account(chinese)["headings"].keys() == account(path).keys()
    items = [item for group in account(chinese).values() for item in group.values()]
    words = [item if isinstance(item, str) else item["title"] for item in items]
    words += [reason for reason in reasons(chinese).values() if reason]
    assert [each for each in words if not re.search("[\u4e00-\u9fff]", each)] == []


@pytest.mark.all_systems
def test_the_page_of_quality_gives_titles_and_reasons_in_the_readers_language(
    client: Client, world: World
) -> None:
    english = {reason for path in ACCOUNTS for reason in reasons(path).values() if reason}
    client.force_login(world.admin)
    shown = unescape(client.get("/admin/quality/").content.decode())
    assert "原文要求 ·</span> 新旧数字并排" in shown
    assert [reason for reason in english if reason in shown] == []
    client.cookies["bh_language"] = "en"
    shown = unescape(client.get("/admin/quality/").content.decode())
    assert "original ·</span> old number beside new" in shown
    assert [reason for reason in english if reason not in shown] == []
