"""The evaluation items as they are installed, with first weights and what feeds them."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_noop, pgettext_lazy

IMPORTED = "imported"
"""Figures that somebody enters or imports, each with its source."""


class ItemSpec(NamedTuple):
    key: str
    weight: Decimal
    feed: str
    """Key of `read.indicators.FEEDS`; empty: no method defined."""


ITEMS = (
    ItemSpec("hall", Decimal("0.25"), IMPORTED),
    ItemSpec("meter", Decimal("0.15"), IMPORTED),
    ItemSpec("expansion", Decimal("0.2"), "stage_calls"),
    ItemSpec("fault", Decimal("0.2"), "fault_calls"),
    ItemSpec("complaint", Decimal("0.2"), "complaint_calls"),
    ItemSpec("hotline", Decimal(0), IMPORTED),
    ItemSpec("power", Decimal(0), ""),
)
TITLES = {
    "hall": pgettext_lazy("evaluation item", "Hall service"),
    "meter": pgettext_lazy("evaluation item", "Meter reading and billing"),
    "expansion": pgettext_lazy("evaluation item", "Business expansion"),
    "fault": pgettext_lazy("evaluation item", "Fault repair"),
    "complaint": pgettext_lazy("evaluation item", "Complaint handling"),
    "hotline": pgettext_lazy("evaluation item", "95598 hotline"),
    "power": pgettext_lazy("evaluation item", "Power quality"),
}
FIRST_NOTE = gettext_noop("as installed; the weights are ours, the original names none")
