"""Which parts a customer's page has: each read by itself, so that one that fails takes no other with it."""

import logging
from dataclasses import dataclass
from uuid import uuid4

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import PanelSpec, System
from bihuan.kernel.models import Customer, User
from bihuan.kernel.registry import everything, load
from bihuan.kernel.slots import CustomerPanel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One part that has something to show."""

    key: str
    title: StrOrPromise
    system: StrOrPromise
    icon: str
    panel: CustomerPanel


@dataclass(frozen=True, slots=True)
class Parts:
    """`nothing` are titles of parts without a row; `failed` title and number of what could not be read."""

    shown: list[Part]
    nothing: list[StrOrPromise]
    failed: list[tuple[StrOrPromise, str]]


def parts(customer: Customer, user: User) -> Parts:
    """In the order of the manifests, systems before the house's own."""
    found = Parts([], [], [])
    own, *others = everything()
    for system in (*others, own):
        for number, spec in enumerate(system.customer_panels):
            _read(found, system, spec, f"{system.name}-{number}", customer, user)
    return found


def _read(found: Parts, system: System, spec: PanelSpec, key: str, customer: Customer, user: User) -> None:
    try:
        panel: CustomerPanel | None = load(spec.read)(customer, user)
    except Exception:
        number = uuid4().hex[:8]
        log.exception("panel %s of customer %s failed, error %s", spec.read, customer.pk, number)
        found.failed.append((spec.title, number))
        return
    if panel is None:
        found.nothing.append(spec.title)
    else:
        found.shown.append(Part(key, spec.title, system.title, system.icon, panel))
