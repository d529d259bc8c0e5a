"""Distribution functions that the standard library lacks. Probabilities are 0–1."""

from collections.abc import Callable
from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p
from statistics import NormalDist

TINY = 1e-300


def log_beta(a: float, b: float) -> float:
    """ln B(a, b), a and b above 0."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta I_x(a, b) by Lentz's continued fraction (DLMF 8.17.22), a and b above 0.

    x outside 0–1 is taken for the nearer end.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / _off_zero(1 + step * d)
            c = _off_zero(1 + step / c)
            h *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return h


def _off_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def crossing(function: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Where a rising function crosses zero between low and high: |f| ≤ tolerance, or no number lies between.

    False position; an end that stays twice loses half its weight (Illinois).
    """
    at_low, at_high, side = function(low), function(high), 0
    while True:
        middle = low - at_low * (high - low) / (at_high - at_low)
        if not low < middle < high:
            return middle
        value = function(middle)
        if abs(value) <= tolerance:
            return middle
        if value < 0:
            low, at_low, at_high = middle, value, at_high / 2 if side < 0 else at_high
            side = -1
        else:
            high, at_high, at_low = middle, value, at_low / 2 if side > 0 else at_low
            side = 1


def t_cdf(t: float, df: float) -> float:
    """Student's t: P(T ≤ t) = 1 − I_{df/(df+t²)}(df/2, 1/2)/2 for t ≥ 0 (DLMF 8.17). df above 0."""
    tail = beta_cdf(df / (df + t * t), df / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


def t_two_sided(t: float, df: float) -> float:
    """P(|T| ≥ |t|)."""
    return beta_cdf(df / (df + t * t), df / 2, 0.5)


@lru_cache(maxsize=512)
def t_critical(confidence: float, df: float) -> float:
    """Two-sided quantile, 2.228 for 0.95 and 10 degrees of freedom.

    Newton's method from the normal quantile, which is never above: P(|T| ≤ t) is concave in t, so each step
    stays below the root and the last one reaches it. Raises ValueError unless 0 < confidence < 1 and df > 0.
    """
    if not 0 < confidence < 1 or df <= 0:
        raise ValueError(f"no t quantile for confidence {confidence} and {df} degrees of freedom")
    t, scale = NormalDist().inv_cdf((1 + confidence) / 2), log_beta(0.5, df / 2) + log(df) / 2
    for _ in range(200):
        density = 2 * exp(-scale - (df + 1) / 2 * log1p(t * t / df))
        step = (t_two_sided(t, df) - (1 - confidence)) / density
        t += step
        if step <= 1e-13 * t:
            break
    return t


@lru_cache(maxsize=512)
def f_quantile(probability: float, above: float, below: float) -> float:
    """Fisher's F: the value below which `probability` lies; `above`, `below` degrees of freedom.

    3.382 for 0.975 with 5 and 18. x = d₁F ÷ (d₁F + d₂) has the distribution I_x(d₁/2, d₂/2) (DLMF 8.17).
    Raises ValueError unless 0 < probability < 1 and both are above 0.
    """
    if not 0 < probability < 1 or above <= 0 or below <= 0:
        raise ValueError(f"no F quantile for {probability} with {above} and {below} degrees of freedom")
    x = crossing(lambda x: beta_cdf(x, above / 2, below / 2) - probability, 0.0, 1.0, 1e-14)
    return below * x / (above * (1 - x))


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(X ≤ k) = I_{1−p}(n − k, k + 1) for n trials of chance p."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else beta_cdf(1 - p, n - k, k + 1)


def poisson_tail(count: int, mean: float) -> float:
    """P(X ≥ count) for a Poisson count; summed upwards where that keeps small tails exact. mean ≥ 0."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count <= mean:
        return 1 - fsum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count))
    term, total, k = exp(count * log(mean) - mean - lgamma(count + 1)), 0.0, count
    while term > total * 1e-17:
        total, k = total + term, k + 1
        term *= mean / k
    return min(total, 1.0)


def chi_square_tail(statistic: float, df: float) -> float:
    """P(χ² ≥ statistic) = Q(df/2, statistic/2) (DLMF 8.7.1 below, 8.9.2 above the turn). df above 0."""
    a, x = df / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = a
        while term > total * 1e-16:
            k += 1
            term *= x / k
            total += term
        return 1 - front * total
    return front * _gamma_fraction(a, x)


def _gamma_fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / TINY, 1 / _off_zero(b)
    h = d
    for i in range(1, 100_000):
        step = -i * (i - a)
        b += 2
        d = 1 / _off_zero(step * d + b)
        c = _off_zero(b + step / c)
        h *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return h
