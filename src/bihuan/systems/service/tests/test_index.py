"""The index of weighted items: exact on paper, honest about what is missing."""

from decimal import Decimal

import pytest

from bihuan.systems.service.rules.evaluation import Indicator, Lack, Part, composite, filled, of_share, pooled
from bihuan.systems.service.rules.quarters import Quarter

LIMIT = Decimal("0.25")


def parts(*rows: tuple[str, str, str | None]) -> list[Part]:
    """(key, weight, points): 400 answers with sd 20; None for no figure."""
    return [
        Part(key, Decimal(weight), True, Indicator(Decimal(points), 400, 20.0) if points else None)
        for key, weight, points in rows
    ]


WHOLE = (("hall", ".25", "82"), ("meter", ".15", "76.5"), ("expansion", ".2", "80"))


def test_the_index_of_the_protocol_is_79_775_with_its_interval() -> None:
    found = composite(parts(*WHOLE, ("fault", ".2", "78"), ("complaint", ".2", "81")), LIMIT)
    assert found.value == Decimal("79.775")
    assert found.complete
    assert found.n == 2000
    assert found.interval is not None
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (78.89, 80.66)


def test_weights_that_do_not_sum_to_one_make_no_index() -> None:
    with pytest.raises(ValueError, match="not to 1"):
        composite(parts(*WHOLE), LIMIT)


def test_what_is_missing_is_named_and_the_rest_scaled() -> None:
    found = composite(parts(*WHOLE, ("fault", ".2", None), ("complaint", ".2", "81")), LIMIT)
    assert found.missing == {"fault": Lack.DATA}
    assert found.shares["hall"] == Decimal(".25") / Decimal(".8")
    assert sum(found.shares.values()) == 1
    assert found.value is not None
    assert round(found.value, 2) == Decimal("80.22")
    assert not found.complete


def test_too_much_missing_withholds_the_index() -> None:
    found = composite(parts(*WHOLE, ("fault", ".2", None), ("complaint", ".2", None)), LIMIT)
    assert (found.value, found.lacking) == (None, Decimal(".4"))
    assert found.interval is None


def test_an_item_without_weight_or_method_is_never_scored() -> None:
    whole = parts(("hall", "1", "82"))
    power = Part("power", Decimal(0), method=False)
    assert composite([*whole, power], LIMIT).missing == {}
    assert power.lack is Lack.METHOD


def test_fewer_than_ten_observations_are_no_figure() -> None:
    few = Part("complaint", Decimal(".2"), True, of_share(9, 9))
    found = composite([*parts(("hall", ".8", "82")), few], LIMIT)
    assert found.missing == {"complaint": Lack.FEW}


def test_without_a_spread_there_is_an_index_and_no_interval() -> None:
    unknown = Part("hall", Decimal(1), True, Indicator(Decimal("79.58")))
    found = composite([unknown], LIMIT)
    assert (found.value, found.interval) == (Decimal("79.58"), None)


def test_twenty_of_twenty_is_not_certain() -> None:
    sure = of_share(20, 20)
    assert sure is not None
    assert sure.interval is not None
    assert round(sure.interval.low, 1) == 83.9
    assert (sure.se or 0) > 3


@pytest.mark.parametrize(
    "wrong",
    [{"value": 101}, {"value": 50, "n": 0}, {"value": 50, "n": 9, "sd": -1}, {"value": 50, "successes": 1}],
)
def test_impossible_figures_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"not between|observations|not a share"):
        Indicator(**wrong)  # type: ignore[arg-type]


def test_halls_count_by_their_visitors() -> None:
    found = pooled([(9000, Indicator(80, 20, 15.0)), (1000, Indicator(90, 20, 15.0))])
    assert found is not None
    assert found.points == pytest.approx(81)
    assert found.n == 40
    assert found.se == pytest.approx(3.034, abs=0.001)
    assert pooled([(9000, Indicator(80, 20, 15.0)), (0, Indicator(90, 20, 15.0))]) is None
    assert pooled([]) is None


def test_an_unknown_spread_is_that_of_the_others_or_the_widest() -> None:
    known, silent = Indicator(80, 101, 12.0), Indicator(90, 50)
    assert [each.sd for each in filled([known, silent])] == [12, 12]
    assert [(each.n, each.sd) for each in filled([Indicator(90)])] == [(1, 50)]


def test_quarters_are_read_and_follow_each_other() -> None:
    third = Quarter.read("2026-Q3")
    assert (str(third), str(third.previous), str(Quarter(2026, 1).previous)) == (
        "2026-Q3",
        "2026-Q2",
        "2025-Q4",
    )
    assert (f"{third.first}", f"{third.last}") == ("2026-07-01", "2026-09-30")
    for text in ("2026-Q5", "Q3", "1899-Q1", ""):
        with pytest.raises(ValueError, match="no quarter"):
            Quarter.read(text)
