"""Orders → recency, frequency, money: one expression, the same numbers on every engine."""

from pathlib import Path

import numpy as np
import pytest

from bihuan.inputs import BadInput
from bihuan.telemetry.engines import Embedded, engine, sql
from bihuan.telemetry.rfm import COLUMNS, MOST, summary, totals
from bihuan.telemetry.tests.orders import many, written

FEW = ((1, 10, 500), (1, 10, 250), (1, 40, 900), (2, 12, 700), (3, 5, 800), (3, 5, -800))


def found(path: Path) -> dict[int, tuple[int | None, ...]]:
    columns = Embedded(1).columns(summary(), {"orders": path})
    rows = zip(*(columns[name].tolist() for name in COLUMNS), strict=True)
    return {row[0]: row[1:] for row in rows}


def test_purchases_of_a_day_are_one_occasion_and_what_was_sent_back_is_none(tmp_path: Path) -> None:
    """V10: first day 10 with 7.50, last day 40, two days, 16.50 in all; the third bought nothing."""
    rows = found(written(tmp_path / "o.parquet", FEW))
    assert rows == {1: (10, 40, 2, 1650, 750), 2: (12, 12, 1, 700, 700)}


def test_the_first_day_of_a_sum_beyond_all_money_is_not_known(tmp_path: Path) -> None:
    """88 billion yuan on one day do not fit beside the day; everything else is still right."""
    rows = found(written(tmp_path / "o.parquet", [*FEW, (9, 10, MOST), (9, 20, 5)]))
    assert rows[9] == (10, 20, 2, MOST + 5, None)
    assert rows[1] == (10, 40, 2, 1650, 750)


@pytest.mark.slow
def test_what_does_not_fit_into_memory_goes_to_files(tmp_path: Path) -> None:
    customer, day, amount = many(60_000)
    rows = np.stack((np.arange(len(customer)), day, amount), axis=1).tolist()
    path = written(tmp_path / "o.parquet", rows)
    small = Embedded(1, memory="24MB").columns(totals(), {"orders": path})
    assert int(small["customers"][0]) == len(rows)


def test_the_engine_says_what_numpy_says(tmp_path: Path) -> None:
    customer, day, amount = many(5_000)
    path = written(tmp_path / "o.parquet", np.stack((customer, day, amount), axis=1).tolist())
    rows = found(path)
    assert len(rows) == len(np.unique(customer))
    for who in (int(customer[0]), int(customer[-1])):
        mine = customer == who
        begun = int(amount[mine & (day == day[mine].min())].sum())
        told = (
            int(day[mine].min()),
            int(day[mine].max()),
            len(np.unique(day[mine])),
            int(amount[mine].sum()),
        )
        assert rows[who] == (*told, begun)


def test_a_folder_is_read_as_one_table(tmp_path: Path) -> None:
    for n, row in enumerate(FEW):
        written(tmp_path / f"part-{n}.parquet", [row])
    assert int(Embedded(1).columns(totals(), {"orders": tmp_path})["customers"][0]) == 2


def test_the_summary_is_written_as_a_file(tmp_path: Path) -> None:
    path = written(tmp_path / "it's.parquet", FEW)
    assert Embedded(1).write(summary(), {"orders": path}, tmp_path / "sum's.parquet") == 2


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no\.parquet"):
        Embedded(1).columns(summary(), {"orders": tmp_path / "no.parquet"})
    other = written(tmp_path / "o.parquet", FEW, "customer, day, price")
    with pytest.raises(BadInput, match="amount"):
        Embedded(1).columns(summary(), {"orders": other})


def test_an_engine_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadInput, match="BIHUAN_ENGINE: 'duck'"):
        engine("duck")
    assert isinstance(engine(""), Embedded)


def test_spark_is_given_its_own_words() -> None:
    assert "IF(" in sql(summary(), "pyspark")
    assert "CASE WHEN" in sql(summary(), "duckdb")
    assert "`orders`" in sql(totals(), "pyspark")
