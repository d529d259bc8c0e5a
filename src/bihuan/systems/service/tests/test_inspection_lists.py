"""The log of checks and visits as a table, and its way in and out of Excel."""

from typing import Any, ClassVar

import pytest
from django.utils import timezone

from bihuan.inputs import BadInput
from bihuan.kernel.models import Case, Place
from bihuan.kernel.tests.desk_world import local
from bihuan.kernel.tests.world import World
from bihuan.systems.service.lists.inspections import InspectionsListing
from bihuan.systems.service.models import Hall, Inspection, Scorecard, ScorecardItem
from bihuan.systems.service.rules.inspection import Said
from bihuan.web.listing import Listing
from bihuan.web.listing.furnish import bring_new
from bihuan.web.listing.state import State
from bihuan.web.tests.listing_contract import ListingContract

from .inspecting import Checked, checked, looked

ROW = {
    "number": "SP-1",
    "kind": "video",
    "hall": "H2-01",
    "at": "2026-03-03 09:30",
    "by": "feng_video",
    "marks": "15 30 50",
    "findings": "1 地面有积水",
}


class TestInspections(ListingContract):
    listing: ClassVar[type[Listing]] = InspectionsListing

    def make(self, world: World, n: int) -> None:
        hall = Hall.objects.first()
        if hall is None:
            place = Place.objects.create(code="H-JZ", name="江州营业厅", unit=world.building)
            hall = Hall.objects.create(place=place, level=2)
            card = Scorecard.objects.create(
                subject="visits", version=1, title="江州", made_at=timezone.now(), made_by=world.sun_qian
            )
            ScorecardItem.objects.create(card=card, position=1, text="江州大厅整洁", points=10)
        start = Inspection.objects.count()
        for number in range(start, start + n):
            Inspection.objects.create(
                number=f"江州-{number}",
                kind="visit",
                hall=hall,
                unit=world.building,
                card=Scorecard.objects.get(),
                at=timezone.now(),
                by=world.sun_qian,
                recorded_at=timezone.now(),
                score=90,
                found="江州地面有积水",
            )


pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Checked:
    return checked()


def test_a_row_of_a_file_is_a_signed_record_with_its_case(world: Checked) -> None:
    bring_new("inspections", [ROW])
    row = Inspection.objects.get()
    assert (row.number, row.by, float(row.score), local(row.at)) == (
        "SP-1",
        world.watcher,
        95.0,
        "2026-03-03 09:30",
    )
    assert row.remarks.get().text == "地面有积水"
    assert Case.objects.get(kind="video_finding").place == world.hall.place
    bring_new("inspections", [{**ROW, "marks": "1 1 50"}], over=True)
    assert float(Inspection.objects.get().score) == 95, "a record that is known is not changed by a file"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"marks": "15 30"}, "marks"),
        ({"marks": "25 30 50"}, "marks"),
        ({"findings": "9 地面有积水"}, "findings"),
        ({"marks": "15 30 0", "findings": ""}, "findings"),
        ({"by": "he_leader"}, "by"),
        ({"by": "niemand"}, "by"),
        ({"hall": "H9-99"}, "hall"),
        ({"at": "2099-01-01 09:00"}, "at"),
        ({"at": "2024-12-31 09:00"}, "kind"),
    ],
)
def test_what_could_not_be_signed_is_refused_with_row_and_column(
    world: Checked, change: dict[str, str], column: str
) -> None:
    with pytest.raises(BadInput, match=f"row 2: {column}"):
        bring_new("inspections", [{**ROW, **change}])
    assert not Inspection.objects.exists()


def test_a_file_that_went_out_can_come_in_again(world: Checked) -> None:
    looked(world, "2026-03-03 10:00", marks=(15, None, 50), said={0: Said("积水; 未警示", finding=True)})
    listing = InspectionsListing(world.branch.director)
    columns = {column.key: column for column in listing.columns}
    (row,) = listing.matching(State(view="all"))
    told: dict[str, Any] = {
        key: columns[key].exported(row) for key in ("number", "marks", "found", "by", "hall")
    }
    assert (told["marks"], told["found"]) == ("15 - 50", "1 积水，未警示")
    bring_new(
        "inspections",
        [
            {
                **ROW,
                "number": "again",
                "kind": "visit",
                "hall": told["hall"],
                "by": told["by"],
                "marks": told["marks"],
                "findings": told["found"],
            }
        ],
    )
    again = Inspection.objects.get(number="again")
    assert (again.score, again.found) == (row.score, row.found)


def test_the_log_is_found_by_hall_and_by_what_was_seen(world: Checked) -> None:
    looked(world, "2026-03-03 10:00", marks=(15, 30, 50), said={0: Said("地面有积水", finding=True)})
    looked(world, "2026-03-04 10:00")
    listing = InspectionsListing(world.branch.director)
    for query, n in ((("q", "积水"), 1), (("q", "H2-01"), 2), (("found", "on"), 1), (("level", "3"), 0)):
        assert listing.matching(State(view="valid", filters=(query,))).count() == n, query
