"""Which ratings go with overall satisfaction: shares of R² that sum to it. Association, not cause.

Observations are rows; the drivers' columns come first in every list, in the order given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, fsum, sqrt
from random import Random

from bihuan.kernel.rules.measures.interval import Interval

MOST = 12  # drivers of which every subset is fitted: 4,096 fits
PER_DRIVER = 10
Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Drivers:
    """Share of R² a driver (0–1), their sum, and whether fewer than 10 observations a driver stand behind."""

    shares: list[float]
    r_squared: float
    n: int
    few: bool


def correlations(columns: Sequence[Sequence[float]]) -> Matrix:
    """Pearson correlations of columns of equal length.

    Raises ValueError below two observations, for different lengths, or when a column does not vary.
    """
    n = len(columns[0]) if columns else 0
    if n < 2 or any(len(column) != n for column in columns):
        raise ValueError("columns of one length, at least two observations")
    units = []
    for column in columns:
        mean = fsum(column) / n
        length = sqrt(fsum((value - mean) ** 2 for value in column))
        if length < 1e-12 * max(1.0, abs(mean)):
            raise ValueError("a column that does not vary explains nothing")
        units.append([(value - mean) / length for value in column])
    return [[fsum(a * b for a, b in zip(u, v, strict=True)) for v in units] for u in units]


def lmg(drivers: Sequence[Sequence[float]], outcome: Sequence[float]) -> Drivers:
    """Lindeman, Merenda & Gold 1980 (the Shapley value of R²): what a driver adds, over all orders.

    Exact for up to 12 drivers. Raises ValueError as `correlations`, beyond 12, when there are not more
    observations than drivers and one, or when a driver is the sum of others.
    """
    k, n = len(drivers), len(outcome)
    if not 1 <= k <= MOST or n <= k + 1:
        raise ValueError(f"{k} drivers and {n} observations: 1 to {MOST}, and more observations than that")
    shares = _shapley(explained(correlations([*drivers, outcome])))
    return Drivers(shares, fsum(shares), n, n < PER_DRIVER * k)


def explained(matrix: Matrix) -> list[float]:
    """R² of every subset of drivers, by bit mask; the outcome is the last row of the correlations.

    Neighbours in Gray order differ in one driver, which one sweep (Beaton 1964) puts in or takes out.
    Raises ValueError when a driver is the sum of others.
    """
    k = len(matrix) - 1
    work = [list(row) for row in matrix]
    found, mask = [0.0] * (1 << k), 0
    for step in range(1, 1 << k):
        at = (step & -step).bit_length() - 1
        mask ^= 1 << at
        if abs(work[at][at]) < 1e-10:
            raise ValueError("a driver is the sum of others")
        work = _swept(work, at, enters=bool(mask >> at & 1))
        found[mask] = 1 - work[k][k]
    return found


def _swept(work: Matrix, at: int, *, enters: bool) -> Matrix:
    pivot, row = work[at][at], work[at]
    sign = 1 if enters else -1
    swept = []
    for i, other in enumerate(work):
        factor = other[at] / pivot
        line = [value - factor * lead for value, lead in zip(other, row, strict=True)]
        line[at] = sign * factor
        swept.append(line)
        if i == at:
            swept[at] = [sign * value / pivot for value in row]
            swept[at][at] = -1 / pivot
    return swept


def _shapley(found: Sequence[float]) -> list[float]:
    k = len(found).bit_length() - 1
    weight = [1 / (k * comb(k - 1, size)) for size in range(k)]
    return [
        fsum(
            weight[mask.bit_count()] * (found[mask | 1 << at] - found[mask])
            for mask in range(len(found))
            if not mask >> at & 1
        )
        for at in range(k)
    ]


def relative_weights(drivers: Sequence[Sequence[float]], outcome: Sequence[float]) -> Drivers:
    """Johnson 2000, for more than 12 drivers: with R = VDVᵀ, Λ = V√DVᵀ and β = Λ⁻¹r, the weight is Λ²β².

    Raises ValueError as `lmg`, whose limit of 12 does not hold here.
    """
    k, n = len(drivers), len(outcome)
    if k < 1 or n <= k + 1:
        raise ValueError(f"{k} drivers and {n} observations")
    matrix = correlations([*drivers, outcome])
    values, vectors = _eigen([row[:k] for row in matrix[:k]])
    if min(values) < 1e-10:
        raise ValueError("a driver is the sum of others")
    roots = [sqrt(value) for value in values]
    root = [[fsum(v * s * w for v, s, w in zip(a, roots, b, strict=True)) for b in vectors] for a in vectors]
    target = [row[k] for row in matrix[:k]]
    along = [fsum(v[i] * r for v, r in zip(vectors, target, strict=True)) / roots[i] for i in range(k)]
    beta = [fsum(v * a for v, a in zip(vector, along, strict=True)) for vector in vectors]
    shares = [fsum((lead * b) ** 2 for lead, b in zip(row, beta, strict=True)) for row in root]
    return Drivers(shares, fsum(shares), n, n < PER_DRIVER * k)


def _eigen(matrix: Matrix) -> tuple[list[float], Matrix]:
    """Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by Jacobi's rotations."""
    k, a = len(matrix), [list(row) for row in matrix]
    v = [[float(i == j) for j in range(k)] for i in range(k)]
    for _ in range(60):
        if sum(a[i][j] ** 2 for i in range(k) for j in range(i)) < 1e-24:
            break
        for p in range(k):
            for q in range(p + 1, k):
                if abs(a[p][q]) > 1e-18:
                    _rotate(a, v, p, q)
    return [a[i][i] for i in range(k)], v


def _rotate(a: Matrix, v: Matrix, p: int, q: int) -> None:
    theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = (1 if theta >= 0 else -1) / (abs(theta) + sqrt(theta * theta + 1))
    c = 1 / sqrt(t * t + 1)
    s = t * c
    for row in (*a, *v):
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    a[p], a[q] = (
        [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
        [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
    )


def share_intervals(
    drivers: Sequence[Sequence[float]],
    outcome: Sequence[float],
    confidence: float = 0.95,
    *,
    draws: int = 200,
    seed: int = 19800101,
) -> list[Interval]:
    """Percentile bootstrap of `lmg` over observations, from a fixed stream; draws in which a driver does not
    vary, or is the sum of others, are left out. Raises ValueError as `lmg`, or when no draw is left.
    """
    n, stream = len(outcome), Random(seed)  # noqa: S311  (a repeatable draw)
    lmg(drivers, outcome)
    found: list[list[float]] = []
    for _ in range(draws):
        rows = [int(stream.random() * n) for _ in range(n)]
        try:
            drawn = lmg([[column[i] for i in rows] for column in drivers], [outcome[i] for i in rows])
        except ValueError:
            continue
        found.append(drawn.shares)
    if not found:
        raise ValueError("too few observations to draw from")
    cut = int((1 - confidence) / 2 * len(found))
    columns = [sorted(column) for column in zip(*found, strict=True)]
    return [Interval(column[cut], column[-1 - cut]) for column in columns]
