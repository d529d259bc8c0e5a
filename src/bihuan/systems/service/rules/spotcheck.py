"""The day of a month on which records are looked at unannounced (S12): drawn before, told on the day."""

from collections.abc import Iterable
from datetime import date

from bihuan.kernel.rules.draw import order


def secret_day(seed: str, label: str, workdays: Iterable[date], after: date | None = None) -> date | None:
    """The working day with the smallest ticket, unit = ISO date; None where there is none to be drawn.

    Draw with `workdays` of the whole month at its begin. When the drawn day ceases to be one (a new notice
    moved the holidays), draw again with the new days, `after` today: it is the next ticket still ahead.
    A period without working days is waived by the calendar. Every day has the same chance, so the closer
    the end of a month without a check, the easier it is to guess: no draw can help that.
    """
    ahead = [day.isoformat() for day in workdays if after is None or day > after]
    ordered = order(seed, label, ahead)
    return date.fromisoformat(ordered[0].unit) if ordered else None


def told(drawn: date | None, today: date) -> date | None:
    """What the checked team may see: the day from the day itself on, and nothing before."""
    return drawn if drawn is not None and today >= drawn else None


def due_day(seed: str, label: str, workdays: Iterable[date], looked_on: date | None) -> date | None:
    """The day on which the check is to be told, for who looked last on `looked_on`.

    Nobody stores the drawn day: whoever looks each morning draws again. A day that was looked at already
    and was not the day then has become one since (the calendar moved): the next ticket ahead takes its
    place. A day that has passed unlooked, because nobody was there to look, stays the day.
    """
    days = list(workdays)
    day = secret_day(seed, label, days)
    if day is not None and looked_on is not None and day <= looked_on:
        day = secret_day(seed, label, days, after=looked_on)
    return day


def drawn(seed: str, label: str, records: Iterable[str], k: int) -> tuple[str, ...]:
    """The k records with the smallest tickets; all of them where there are fewer."""
    return tuple(each.unit for each in order(seed, label, records)[:k])
