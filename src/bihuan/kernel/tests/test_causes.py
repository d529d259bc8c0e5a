"""Keywords suggest a cause; a person decides."""

import pytest

from bihuan.kernel.act.cases import comment
from bihuan.kernel.models import Cause
from bihuan.kernel.read.causes import active_causes, suggestions
from bihuan.kernel.rules.causes import suggest
from bihuan.kernel.tests.world import World, a_case, build

CAUSES = [("train", "培训\n不熟悉"), ("equip", "故障\nfan"), ("rude", "态度生硬")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新人不熟悉流程，缺培训", [("train", ("培训", "不熟悉"))]),
        ("设备故障，不熟悉", [("train", ("不熟悉",)), ("equip", ("故障",))]),
        ("ＦＡＮ is loud", [("equip", ("fan",))]),
        ("fantastic service", []),
        ("", []),
    ],
)
def test_the_words_of_a_text_suggest_causes_most_words_first(
    text: str, found: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert suggest(text, CAUSES) == found


def test_a_keyword_that_is_written_twice_counts_once() -> None:
    assert suggest("培训", [("a", "培训\n培训 \n\n")]) == [("a", ("培训",))]


@pytest.mark.django_db
def test_what_was_written_on_the_case_suggests_only_living_causes(db: None) -> None:
    from bihuan.kernel.tests.world import seed

    seed()
    world: World = build()
    Cause.objects.create(code="TRAIN", name="培训不足", keywords="新人")
    Cause.objects.create(code="OLD", name="旧原因", keywords="新人", active=False)
    case = a_case(world, "offline")
    comment(case=case, user=world.wu_min, text="新人值班，网线被碰掉")
    found = suggestions(case, active_causes())
    assert [(one.cause.code, one.words) for one in found] == [("TRAIN", ("新人",))]
    assert suggestions(case, active_causes(), "打错了")[0].cause.code == "TRAIN"
