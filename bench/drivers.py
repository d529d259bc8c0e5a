"""What it costs to share R² among 12 drivers of 10,000 answers, with 200 draws for the intervals.

CPU seconds, the median of several rounds; OMP_NUM_THREADS=1 gives numpy one thread. Beside it, in the same
process, the textbook way: a least-squares fit for each of the 4,096 subsets, once and without intervals; its
shares must be the same. Answers on a scale of 0 to 10 have rows that are alike; continuous ones have none.
"""

import argparse
import json
import platform
import statistics
import sys
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.run import circumstances, cpu


def answers(n: int, k: int, *, scale: bool) -> tuple[Any, Any]:
    """Drivers that hang together, as questions of one questionnaire do, and what they bring about."""
    rng = np.random.default_rng(7)
    drivers = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    outcome = drivers @ np.linspace(1, 0.1, k) + rng.normal(scale=3, size=n)
    if scale:
        drivers = np.clip(np.round(6 + 2 * drivers), 0, 10)
        outcome = np.clip(np.round(6 + 0.5 * outcome), 0, 10)
    return drivers, outcome


def textbook(drivers: Any, outcome: Any) -> list[float]:
    """R² of each subset by a fit of its own, averaged over all orders (Lindeman, Merenda and Gold 1980)."""
    k = drivers.shape[1]
    centred, target = drivers - drivers.mean(axis=0), outcome - outcome.mean()
    total = target @ target
    explained: dict[tuple[int, ...], float] = {(): 0.0}
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            fit = np.linalg.lstsq(centred[:, subset], target, rcond=None)[0]
            left = target - centred[:, subset] @ fit
            explained[subset] = 1 - (left @ left) / total
    shares = [0.0] * k
    for subset, value in explained.items():
        for at in set(range(k)) - set(subset):
            more = explained[tuple(sorted((*subset, at)))]
            shares[at] += (more - value) / (k * comb(k - 1, len(subset)))
    return shares


def measured(n: int, k: int, rounds: int, *, scale: bool) -> dict[str, Any]:
    from bihuan.systems.loyalty.rules.drivers import shares

    drivers, outcome = answers(n, k, scale=scale)
    columns, target = [list(column) for column in drivers.T], list(outcome)
    found, first = cpu(lambda: shares(columns, target))
    taken = [first]
    for _ in range(rounds - 1):
        found, seconds = cpu(lambda: shares(columns, target))
        taken.append(seconds)
    plain, peer = cpu(lambda: textbook(drivers, outcome))
    apart = max(abs(one - other) for one, other in zip(found.shares, plain, strict=True))
    assert apart < 1e-9, apart
    ours = statistics.median(taken)
    return {"ours_cpu_s": ours, "rounds": taken, "textbook_once_cpu_s": peer, "largest_difference": apart}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--drivers", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    size = {"answers": given.answers, "drivers": given.drivers, "draws": 200}
    result = {
        "size": size,
        "on_a_scale": measured(given.answers, given.drivers, given.rounds, scale=True),
        "continuous": measured(given.answers, given.drivers, given.rounds, scale=False),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
    print(json.dumps(result | circumstances(), indent=1))


if __name__ == "__main__":
    main()
