"""`has` finds what is contained, whatever the case, on both databases."""

import pytest

from bihuan.kernel.models import Unit

pytestmark = pytest.mark.django_db
NAMES = ("Ward 7", "ward 70%", "WARD_7", "虎庄供电所", "Ärzte 7", "Straße")


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ward", {"Ward 7", "ward 70%", "WARD_7"}),
        ("WARD 7", {"Ward 7", "ward 70%"}),
        ("7", {"Ward 7", "ward 70%", "WARD_7", "Ärzte 7"}),
        ("0%", {"ward 70%"}),
        ("_", {"WARD_7"}),
        ("虎庄", {"虎庄供电所"}),
        ("Ärz", {"Ärzte 7"}),
        ("raß", {"Straße"}),
        ("\\", set()),
    ],
)
def test_a_word_is_found_wherever_it_stands(word: str, found: set[str]) -> None:
    Unit.objects.bulk_create(Unit(name=name, code=f"U{n}", path=f"/{n}/") for n, name in enumerate(NAMES))
    assert set(Unit.objects.filter(name__has=word).values_list("name", flat=True)) == found
