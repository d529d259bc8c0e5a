"""`bihuan equity fit`, `score` and `switching` on files alone."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bihuan.cli import main

Captured = pytest.CaptureFixture[str]
FEW = "customer,date,amount\nA,2026-01-05,10.00\nA,2026-01-05,5.50\nA,2026-02-02,20\nB,2026-01-12,7\n"
BRANDS = {
    "brands": ["A", "B"],
    "matrix": [[0.8, 0.2], [0.3, 0.7]],
    "customers": [600, 400],
    "margins": [10, 8],
    "discount": 0.1,
}


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Purchases of the published tenth of CDNOW from 1997-01-01 to 1997-09-30."""
    package = find_spec("lifetimes")
    assert package is not None
    assert package.origin is not None
    rows = (Path(package.origin).parent / "datasets" / "CDNOW_sample.txt").read_text().splitlines()
    path = tmp_path_factory.mktemp("cdnow") / "cdnow.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("customer,date,amount\n")
        for _master, number, day, _discs, dollars in map(str.split, rows):
            if day <= "19970930":
                file.write(f"{number},{day[:4]}-{day[4:6]}-{day[6:]},{dollars}\n")
    return path


def run(captured: Captured, *words: str) -> dict[str, Any]:
    assert main(["equity", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(captured.readouterr().out)
    return found


def written(folder: Path, text: str, name: str = "t.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_fit_gives_the_published_estimates_from_the_transactions(cdnow: Path, capsys: Captured) -> None:
    found = run(capsys, "fit", str(cdnow), "--end", "1997-09-30")
    assert list(found["parameters"]) == ["r", "alpha", "a", "b"]
    assert list(found["parameters"].values()) == pytest.approx((0.2426, 4.4135, 0.7929, 2.4258), abs=1e-3)
    assert found["log_likelihood"] == pytest.approx(-9582.43, abs=0.02)
    assert (found["customers"], found["repeaters"], found["converged"]) == (2357, 946, True)


def test_the_same_file_as_parquet_and_with_the_other_models(
    cdnow: Path, tmp_path: Path, capsys: Captured
) -> None:
    parquet = tmp_path / "cdnow.parquet"
    with duckdb.connect() as engine:
        rows = engine.read_csv(str(cdnow))
        rows.write_parquet(str(parquet))
    pareto = run(capsys, "fit", str(parquet), "--model", "pareto-nbd", "--end", "1997-09-30")
    assert pareto["log_likelihood"] == pytest.approx(-9594.97, abs=0.02)
    value = run(capsys, "fit", str(parquet), "--model", "gamma-gamma", "--end", "1997-09-30")
    assert list(value["parameters"].values()) == pytest.approx((6.25, 3.74, 15.44), abs=0.02)


def test_score_of_every_customer_sums_to_the_published_total(cdnow: Path, capsys: Captured) -> None:
    found = run(capsys, "score", str(cdnow), "--end", "1997-09-30")
    assert found["equity"] == pytest.approx(71_509.9, abs=30)
    assert len(found["customers"]) == 2357
    first = found["customers"][0]
    assert first["customer"] == "0001"
    assert 0.7 < first["alive"] < 0.75


def test_purchases_of_one_day_are_one_occasion(tmp_path: Path, capsys: Captured) -> None:
    from bihuan.systems.equity.cli import read_transactions, summary_of

    found = summary_of(read_transactions(Path(written(tmp_path, FEW))), None)
    assert [list(each) for each in (found.x, found.last, found.age, found.mean, found.spent)] == [
        [1, 0],
        [28, 0],
        [28, 21],
        [2000, 0],
        [3550, 700],
    ]


def test_survivors_of_a_cohort(tmp_path: Path, capsys: Captured) -> None:
    file = written(tmp_path, "survivors\n1000\n631\n468\n382\n326\n289\n262\n241\n")
    found = run(capsys, "fit", file, "--model", "sbg")
    assert found["parameters"] == {
        "gamma": pytest.approx(0.7041, abs=1e-4),
        "delta": pytest.approx(1.182, abs=1e-4),
    }


def test_switching_of_two_brands(tmp_path: Path, capsys: Captured) -> None:
    found = run(capsys, "switching", written(tmp_path, json.dumps(BRANDS), "m.json"))
    assert found["equity"] == {"A": pytest.approx(66_000), "B": pytest.approx(35_200)}
    assert found["equity_share"]["A"] == pytest.approx(0.6522, abs=5e-5)
    assert found["market_share"]["A"] == pytest.approx(0.6)
    better = BRANDS | {"after": [[0.85, 0.15], [0.3, 0.7]], "cost": 1000}
    with_return = run(capsys, "switching", written(tmp_path, json.dumps(better), "m.json"))
    assert with_return["return"] == pytest.approx(with_return["gain"] / 1000 - 1)
    assert with_return["gain"] > 0


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("customer,date\nA,2026-01-05\n", (), "1: amount: this column is missing"),
        ("customer,date,amount\nA,2026-01-05,3\nA,5 Jan,3\n", (), "3: date: '5 Jan' is no date"),
        ("customer,date,amount\nA,2026-01-05,x\n", (), "2: amount: 'x' is no number"),
        (FEW, ("--end", "2026-01-20"), "--end: 1 transactions lie after it"),
        ("customer,date,amount\nA,2026-01-05,3\n", (), "bought twice"),
        (FEW.replace(",20\n", ",-20\n"), ("--model", "gamma-gamma"), "not above 0"),
        ("", (), "is missing"),
    ],
)
def test_what_cannot_be_read_or_fitted_is_said(
    tmp_path: Path, capsys: Captured, text: str, words: tuple[str, ...], why: str
) -> None:
    assert main(["equity", "fit", written(tmp_path, text), *words]) == 2
    assert why in capsys.readouterr().err


SAME = "".join(f"C{k},2026-{month:02}-01,9\n" for k in range(40) for month in range(1, 8))
REFUSED = "customer,date,amount\nA,2026-01-05,9\nA,2026-02-05,{again}\nB,2026-01-09,4\nB,2026-03-09,5\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("customer,date,amount\nA,2026-01-05,3\nB,2026-01-09,3\n", "bought twice"),
        (REFUSED.format(again="0"), "not above 0"),
        (REFUSED.format(again="-9"), "not above 0"),
        ("customer,date,amount\n" + SAME, "t.csv: bg-nbd did not come to an end"),
    ],
)
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_v11_nobody_is_valued_on_data_that_carry_no_model(
    tmp_path: Path, capsys: Captured, text: str, why: str, words: tuple[str, ...]
) -> None:
    assert main(["equity", "score", written(tmp_path, text), *words]) == 2
    told = capsys.readouterr()
    assert why in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_a_fit_without_end_says_so_and_has_no_errors(tmp_path: Path, capsys: Captured) -> None:
    """Everybody at the same rate and nobody gone: the parameters run away, the likelihood stays."""
    for model in ("bg-nbd", "mbg-nbd", "pareto-nbd"):
        found = run(capsys, "fit", written(tmp_path, "customer,date,amount\n" + SAME), "--model", model)
        assert found["converged"] is False
        assert "no finite estimate" in found["message"]
        assert set(found["standard_errors"].values()) == {None}
        assert found["repeaters"] == 40


@pytest.mark.parametrize("model", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_every_number_of_a_score_is_one(cdnow: Path, capsys: Captured, model: str) -> None:
    found = run(capsys, "score", str(cdnow), "--end", "1997-09-30", "--model", model, "--rate", "0.02")
    rows = found["customers"]
    assert found["monthly_rate"] == 0.02
    assert all(0 <= row["alive"] <= 1 and row["expected"] >= 0 and row["each"] > 0 for row in rows)
    assert sum(row["value"] for row in rows) == pytest.approx(found["equity"])


def test_a_score_needs_neither_database_nor_django(cdnow: Path, capsys: Captured) -> None:
    asked = (
        "import sys; from bihuan.cli import main;"
        f"main(['equity', 'score', {str(cdnow)!r}]); assert 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "customers, equity" in done.stdout


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"matrix": [[0.8, 0.1], [0.3, 0.7]]}, "sum to 1"),
        ({"customers": [600]}, "one length"),
        ({"discount": 0}, "no end"),
        ({"after": [[0.8, 0.2], [0.3, 0.7]]}, "cost is missing"),
    ],
)
def test_a_matrix_that_cannot_be_is_refused(
    tmp_path: Path, capsys: Captured, change: dict[str, Any], why: str
) -> None:
    assert main(["equity", "switching", written(tmp_path, json.dumps(BRANDS | change), "m.json")]) == 2
    assert why in capsys.readouterr().err
