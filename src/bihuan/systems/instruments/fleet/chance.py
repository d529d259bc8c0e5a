from random import Random


def chance(*keys: object) -> Random:
    """Numbers that only depend on `keys`, on every machine and version of Python."""
    return Random("/".join(map(str, keys)))  # noqa: S311  (a play, not a secret)


def around(dice: Random, middle: float, low: float = 0.3, high: float = 3.0) -> float:
    """A duration: mostly near `middle`, skewed to the long side, within `low` and `high` times it."""
    return middle * min(max(dice.lognormvariate(0.0, 0.45), low), high)
