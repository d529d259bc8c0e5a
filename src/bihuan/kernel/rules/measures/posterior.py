"""Bayesian view of the net promoter score: Dirichlet(⅓, ⅓, ⅓) before, the answers added after."""

from math import exp, inf, log, log1p, sqrt

from bihuan.kernel.rules.measures.distributions import beta_cdf, crossing, log_beta
from bihuan.kernel.rules.measures.interval import NORMAL, Estimate, Interval, critical
from bihuan.kernel.rules.measures.nps import Answers

PRIOR = 1 / 3
NEGLIGIBLE = 1e-9


def posterior(answers: Answers, confidence: float = 0.95, prior: float = PRIOR) -> Estimate:
    """Mean, standard deviation (as `se`) and central credible interval in points, −100 to 100.

    With posterior shares (p, q, d) of parameters (a, b, c), A = a + b + c: mean 100·(a − c)/A, variance
    100²·(m_p + m_d − (m_p − m_d)²)/(A + 1). The interval needs the law of p − d = (1 − q)(2v − 1) with
    q ~ Beta(b, a + c) and v ~ Beta(a, c) independent: P(p − d ≤ x) is the integral over q of
    I_{(1 + x/(1 − q))/2}(a, c), taken by the trapezoid rule over logit(q). No random numbers. Raises
    ValueError for negative counts or a prior that is not positive.
    """
    if min(answers) < 0 or prior <= 0:
        raise ValueError(f"no posterior for {tuple(answers)} and a prior of {prior}")
    a, b, c = (count + prior for count in answers)
    size = a + b + c
    mean = (a - c) / size
    sd = sqrt(((a + c) / size - mean * mean) / (size + 1))
    nodes = _passive_nodes(b, a + c)

    def end(z: float) -> float:
        """On the normal scale, where the law of a share is nearly a straight line."""
        low, high = max(-1.0, mean - 8 * sd), min(1.0, mean + 8 * sd)
        return 100 * crossing(lambda x: _deviate(_cdf(x, a, c, nodes)) - z, low, high, 1e-6)

    z = critical(confidence)
    return Estimate(100 * mean, 100 * sd, Interval(end(-z), end(z)))


def _deviate(chance: float) -> float:
    return NORMAL.inv_cdf(min(max(chance, 1e-15), 1 - 1e-15))


def _cdf(x: float, a: float, c: float, nodes: list[tuple[float, float]]) -> float:
    return sum(weight * beta_cdf((1 + x / rest) / 2, a, c) for rest, weight in nodes)


def _passive_nodes(b: float, rest: float) -> list[tuple[float, float]]:
    """(1 − q, weight) for q ~ Beta(b, rest): in y = logit(q) the density e^{by}/(1 + e^y)^{b+rest} is
    analytic and falls off on both sides, where the trapezoid rule converges exponentially."""
    step = min(0.3, sqrt(1 / b + 1 / rest) / 2)
    middle = round(log(b / rest) / step)
    nodes = []
    for way in (range(middle, middle - 10_000, -1), range(middle + 1, middle + 10_000)):
        peak = -inf
        for at in way:
            y = at * step
            density = b * y - (b + rest) * _softplus(y) - log_beta(b, rest)
            peak = max(peak, density)
            if density < peak + log(NEGLIGIBLE):
                break
            nodes.append((exp(-_softplus(y)), exp(density)))
    total = sum(weight for _, weight in nodes)
    return [(left, weight / total) for left, weight in _merged(nodes, total)]


def _merged(nodes: list[tuple[float, float]], total: float) -> list[tuple[float, float]]:
    """Nodes at which hardly anybody is passive differ in nothing: one stands for them all."""
    same = [node for node in nodes if node[0] > 1 - 1e-7]
    others = [node for node in nodes if node[0] <= 1 - 1e-7]
    weight = sum(weight for _, weight in same)
    return [*others, (1.0, weight)] if weight > NEGLIGIBLE * total else others


def _softplus(y: float) -> float:
    """ln(1 + e^y)."""
    return y + log1p(exp(-y)) if y > 0 else log1p(exp(y))
