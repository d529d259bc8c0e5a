"""The monthly report: use by instrument and user, alarms, terminals that were away."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import reports as act
from bihuan.kernel.models import Case, Report, Unit
from bihuan.kernel.read import reports as read
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.world import a_case
from bihuan.web.tests.report_contract import broken_links, linked_numbers

from .lab import Lab, alarm, build, local, photo, use

OCTOBER = Period.read("2025-10", ZoneInfo("Asia/Shanghai"))
KEY = "instruments.month"

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Lab:
    """Two runs over the ends of the month, one within, one of somebody unknown, one of another unit."""
    lab = build()
    use(lab.dna, lab.world.zhang_san, local("2025-09-30 22:00"), local("2025-10-01 01:00"))
    use(lab.dna, lab.world.zhang_san, local("2025-10-31 23:30"), local("2025-11-01 02:00"))
    use(lab.pcr, lab.world.li_si, local("2025-10-15 09:00"), local("2025-10-15 13:00"))
    use(lab.pcr, None, local("2025-10-16 09:00"), local("2025-10-16 09:30"))
    use(lab.nmr, None, local("2025-10-20 09:00"), local("2025-10-20 10:00"))
    use(lab.dna, lab.world.li_si, local("2025-11-02 09:00"), local("2025-11-02 10:00"))
    seen = alarm(lab.pcr, local("2025-10-03 09:00"), local("2025-10-03 09:20"))
    photo(lab.pcr, local("2025-10-03 09:01"), seen)
    photo(lab.pcr, local("2025-10-03 09:02"), seen, b"\xff\xd8\xff another")
    alarm(lab.pcr, local("2025-10-04 09:00"), local("2025-10-04 09:20"))
    alarm(lab.dna, local("2025-11-01 00:00"), local("2025-11-01 00:10"))
    for code, on in (
        ("DNA01", "2025-10-05 09:00"),
        ("DNA01", "2025-10-06 09:00"),
        ("PCR02", "2025-11-01 00:00"),
    ):
        a_case(lab.world, "offline", code, episode=on, at=local(on))
        Case.objects.update(state="closed", closed_at=local("2025-10-07 09:00"))
    return lab


def content(unit: Unit) -> dict[str, Any]:
    return read.content(report_specs()[KEY][1], unit, OCTOBER)


def figures(found: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{section['key']}.{figure['key']}": figure["value"]
        for section in found["sections"]
        for figure in section["figures"]
    }


def test_the_month_in_numbers(lab: Lab) -> None:
    assert figures(content(lab.world.jiangzhou)) == {
        "use.sessions": 4,
        "use.hours": 6.0,
        "use.used": 2,
        "use.compliance": None,
        "alarms.alarms": 2,
        "alarms.late": 0,
        "alarms.unseen": 1,
        "offline.cases": 2,
    }


def test_every_number_is_the_count_of_the_rows_behind_its_link(lab: Lab) -> None:
    found = content(lab.world.jiangzhou)
    assert len(list(linked_numbers(found))) > 10
    assert broken_links(found, lab.world.chen_jing) == []


def test_hours_are_those_within_the_month_and_add_up(lab: Lab) -> None:
    use_of = content(lab.world.jiangzhou)["sections"][0]
    for table in use_of["tables"]:
        assert sum(row["cells"]["hours"]["value"] for row in table["rows"]) == 6.0, table["key"]
    assert sum(use_of["charts"][0]["series"][0]["values"]) == 6.0


def test_the_snapshot_names_nobody_and_a_forgotten_person_is_gone_from_its_page(
    lab: Lab, client: Client
) -> None:
    row = made(lab)
    version = read.newest(row)
    assert version is not None
    assert "张三" not in json.dumps(version.content, ensure_ascii=False)
    client.force_login(lab.world.sun_qian)
    assert "张三" in client.get(reverse("report", args=[row.pk])).content.decode()
    lab.world.zhang_san.name = "erased-1"
    lab.world.zhang_san.save()
    shown = client.get(reverse("report", args=[row.pk])).content.decode()
    assert "张三" not in shown
    assert read.intact(version)


def made(lab: Lab) -> Report:
    row = act.row_for(spec=report_specs()[KEY][1], unit=lab.world.jiangzhou, period=OCTOBER)
    act.assemble(row=row)
    return row


def test_what_is_given_outside_leaves_out_the_users(lab: Lab) -> None:
    row = made(lab)
    given = act.publish(row=row, number=1, user=lab.world.sun_qian)
    shown = Client().get(reverse("report-public", args=[given.token])).content.decode()
    assert "DNA01" in shown
    assert "张三" not in shown
    assert "按使用者" not in shown
    assert "涉及个人的内容在此略去" in shown


def test_only_units_with_instruments_owe_it(lab: Lab) -> None:
    Unit.objects.create(name="空楼", code="EMPTY", parent=lab.world.root)
    codes = {unit.code for unit in read.debtors(report_specs()[KEY][1])}
    assert codes == {"HQ", "JZ", "SKL", "BS"}
