"""A table in the browser: saved views, row height, batch acts, export of what is on the screen, import."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bihuan.kernel.models import Case, Person, Role
from bihuan.kernel.tests.world import World, a_case, account
from bihuan.web.listing.transfer import staged
from bihuan.web.tests.sheets import PEOPLE, xlsx


@pytest.fixture
def manager(client: Client, world: World) -> Client:
    client.force_login(world.sun_qian)
    return client


def csv_of(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_what_looks_like_a_formula_stays_text(manager: Client, world: World, tmp_path: Path) -> None:
    Person.objects.filter(number="S001").update(name='=HYPERLINK("http://bad","x")', phone="-1+1")
    lines = csv_of(manager.get(reverse("people-export") + "?q=S001&format=csv"))
    assert lines[1][1] == '\'=HYPERLINK("http://bad","x")'
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(csv_free(manager.get(reverse("people-export") + "?q=S001"))))
    assert b"<f>" not in unzipped(path, "xl/worksheets/sheet1.xml")
    book = CalamineWorkbook.from_path(str(path))
    assert book.get_sheet_by_index(0).to_python()[1][1] == '=HYPERLINK("http://bad","x")'


def csv_free(response: Any) -> list[bytes]:
    return list(response.streaming_content)


def unzipped(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def test_the_second_sheet_says_filter_and_scope(manager: Client, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(csv_free(manager.get(reverse("people-export") + "?q=S00"))))
    told = [str(line[1]) for line in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(1).to_python()]
    assert {"S00", "3"} <= set(told)
    assert any("江州分公司" in text for text in told)


def test_a_filter_narrows_page_and_export_alike(manager: Client, world: World) -> None:
    page = manager.get(reverse("people") + "?q=李四").context["listing"]
    assert [row.id for row in page.rows] == [world.li_si.pk]
    assert len(csv_of(manager.get(page.csv_url))) == 2


def test_a_view_is_saved_with_its_filter_and_removed_again(manager: Client, world: World) -> None:
    url = reverse("cases-save") + "?severity=3&sort=-opened_at"
    answer = manager.post(url, {"name": "严重"})
    assert answer.headers["Location"] == reverse("cases") + "?severity=3&sort=-opened_at"
    views = manager.get(answer.headers["Location"]).context["listing"].views
    assert [view["label"] for view in views if view["current"]] == ["严重"]
    manager.post(reverse("cases-save"), {"name": "严重", "forget": "1"})
    assert "严重" not in [view["label"] for view in manager.get(reverse("cases")).context["listing"].views]


def test_row_height_is_remembered_for_the_account(manager: Client) -> None:
    assert manager.post(reverse("people-density"), {"density": "compact"}).status_code == 204
    assert manager.get(reverse("cases")).context["listing"].density == "compact"
    assert manager.post(reverse("people-density"), {"density": "huge"}).status_code == 400


def test_views_count_what_they_show(manager: Client, world: World) -> None:
    for number in range(3):
        a_case(world, "offline", f"DNA{number}")
    listing = manager.get(reverse("cases")).context["listing"]
    counts = {view["key"]: view["count"] for view in listing.views}
    assert counts == {"worst": 3, "unit": 0, "overdue": 0, "verify": 0, "reopened": 0, "all": None}
    assert listing.facts.number == 0


def test_several_cases_are_assigned_at_once_and_refusals_are_told(manager: Client, world: World) -> None:
    helper = account("he_min", "何敏", Role.OWNER, world.building)
    cases = [a_case(world, "offline", f"DNA{number}") for number in range(2)]
    Case.objects.filter(pk=cases[1].pk).update(state="closed")
    chosen = {"action": "assign", "ids": [case.pk for case in cases]}
    url = reverse("cases") + "?view=all"
    asked = manager.post(url, chosen)
    assert list(asked.context["form"].fields) == ["to"]
    done = manager.post(url, {**chosen, "go": "1", "to": helper.pk}, follow=True)
    told = [str(message) for message in done.context["messages"]]
    assert Case.objects.get(pk=cases[0].pk).owner == helper
    assert Case.objects.get(pk=cases[1].pk).owner == world.wu_min
    assert any(cases[1].number in text for text in told)


def test_all_that_match_are_those_of_the_filter(manager: Client, world: World) -> None:
    helper = account("he_min", "何敏", Role.OWNER, world.building)
    first, other = (a_case(world, "offline", subject) for subject in ("DNA01", "PCR02"))
    manager.post(reverse("cases") + "?q=DNA", {"action": "assign", "all": "1", "go": "1", "to": helper.pk})
    assert Case.objects.get(pk=first.pk).owner == helper
    assert Case.objects.get(pk=other.pk).owner == world.wu_min


def test_a_case_of_another_unit_is_not_touched_by_naming_it(client: Client, world: World) -> None:
    client.force_login(world.gao_yuan)
    case = a_case(world, "offline")
    client.post(reverse("cases"), {"action": "assign", "ids": [case.pk], "go": "1", "to": world.gao_yuan.pk})
    assert Case.objects.get(pk=case.pk).owner == world.wu_min


def test_worst_comes_first(manager: Client, world: World) -> None:
    calm = a_case(world, "clock_skew", "A")
    late = a_case(world, "close_missing", "B")
    bad = a_case(world, "offline", "C")
    Case.objects.filter(pk=late.pk).update(due_at="2020-01-01T00:00Z")
    rows = manager.get(reverse("cases")).context["listing"].rows
    assert [row.id for row in rows] == [late.pk, bad.pk, calm.pk]


def upload(client: Client, path: Path) -> Any:
    file = SimpleUploadedFile("x.xlsx", path.read_bytes())
    return client.post(reverse("people-import"), {"file": file})


def test_an_upload_is_previewed_then_saved(manager: Client, world: World, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", PEOPLE, ["S100", "赵六", "SKL", "123"])
    others = set(staged.folder().iterdir()) if staged.folder().exists() else set()
    preview = upload(manager, path).context["preview"]
    assert (preview["created"], preview["wrong"], preview["rows"][0]["number"]) == (1, 0, 2)
    assert not Person.objects.filter(number="S100").exists()
    answer = manager.post(reverse("people-import"), {"token": preview["token"], "confirm": "1"})
    assert answer.status_code == 302
    assert Person.objects.get(number="S100").cards.get().number == "0000000123"
    assert set(staged.folder().iterdir()) == others


def test_a_preview_with_errors_marks_the_cell(manager: Client, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", PEOPLE, ["S100", "赵六", "没有这个楼", ""])
    answer = upload(manager, path)
    preview = answer.context["preview"]
    assert answer.status_code == 422
    assert [bool(cell["error"]) for cell in preview["rows"][0]["cells"]] == [False, False, True, False]
    again = manager.post(reverse("people-import"), {"token": preview["token"], "confirm": "1"})
    assert again.status_code == 422
    assert not Person.objects.filter(number="S100").exists()


def test_a_preview_belongs_to_who_uploaded_it(manager: Client, world: World, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", PEOPLE, ["S100", "赵六", "SKL", ""])
    token = upload(manager, path).context["preview"]["token"]
    thief = Client()
    thief.force_login(world.gao_yuan)
    assert thief.post(reverse("people-import"), {"token": token}).status_code == 422
    assert not Person.objects.filter(number="S100").exists()


def test_a_photo_instead_of_a_sheet_is_explained(manager: Client) -> None:
    file = SimpleUploadedFile("people.xlsx", b"\x89PNG\r\n\x1a\n\0\0")
    answer = manager.post(reverse("people-import"), {"file": file})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]


def test_the_empty_sheet_has_the_headings_that_are_asked_for(manager: Client, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"".join(csv_free(manager.get(reverse("people-template")))))
    answer = upload(manager, path)
    assert answer.context["preview"]["count"] == 0


def test_pages_go_on_beyond_fifty_rows(manager: Client, world: World) -> None:
    Person.objects.bulk_create(Person(number=f"X{n:03d}", name="甲", unit=world.building) for n in range(120))
    listing = manager.get(reverse("people") + "?page=3").context["listing"]
    assert (listing.first, listing.last, listing.count) == (101, 123, 123)
    assert manager.get(reverse("people") + "?page=99").context["listing"].page == 3


def test_a_count_stops_counting(manager: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.web.listing.page.COUNTED_UP_TO", 2)
    listing = manager.get(reverse("people")).context["listing"]
    assert listing.count_text == "2+"
