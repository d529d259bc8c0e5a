"""What a system puts into pages of the house: hits of the search box, its part of the page of a case or
customer, old numbers beside new ones."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.report import Figure


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of the search box."""

    title: str
    url: str
    what: StrOrPromise
    """What it is: case, customer, instrument …"""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CasePanel:
    """Ready markup; `main` stands under the next step, `side` in the right column."""

    main: SafeString | str = ""
    side: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class CustomerPanel:
    """Ready markup of one part of a customer's page; it says itself how many rows it shows of how many."""

    body: SafeString | str
    all_url: str = ""
    """The table with all rows behind it."""
    action: tuple[StrOrPromise, str] | None = None
    """Word and address of what can be done here."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An old number and the new one that takes its place; `says` is the difference in a sentence."""

    old: Figure
    new: Figure
    says: StrOrPromise
    url: str = ""
