"""What a system puts into pages of the house: hits of the search box, its part of a case's page."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from bihuan.kernel.lazy import StrOrPromise


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
