"""Money in integer minor units, and its way from one currency to another."""

from decimal import ROUND_HALF_EVEN, Decimal

HOUSE = "CNY"
"""The currency in which the house keeps its books."""
PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
"""Digits behind the point by ISO 4217; two where a currency is not named."""


def places(currency: str) -> int:
    """Digits behind the point that the currency has."""
    return PLACES.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Major to minor units. Raises ValueError for a fraction of one: rounding would hide an error."""
    found = amount.scaleb(places(currency))
    if found != found.to_integral_value():
        raise ValueError(f"{amount} is finer than {currency} knows")
    return int(found)


def to_major(amount: int, currency: str = HOUSE) -> Decimal:
    """Minor to major units."""
    return Decimal(amount).scaleb(-places(currency))


def converted(amount: int, currency: str, rate: Decimal) -> int:
    """Minor units of `currency` → minor units of the house; `rate` of one major unit, half to even."""
    found = to_major(amount, currency) * rate
    return int(found.scaleb(places(HOUSE)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
