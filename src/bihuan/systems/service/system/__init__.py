"""What the rest of the house must know about the service evaluation."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registry import MenuItem, System

from .kinds import CASE_KINDS, LADDER, POSTS
from .standards import STANDARDS

SYSTEM = System(
    name="service",
    title=_("Service"),
    group="customer",
    icon="building-store",
    menu=(MenuItem(title=_("Service"), url="service:halls", icon="building-store"),),
    standards=STANDARDS,
    case_kinds=CASE_KINDS,
    posts=POSTS,
    ladder=LADDER,
    api="bihuan.systems.service.api:router",
    transfers=(
        ("halls", "bihuan.systems.service.lists.halls:HallsListing"),
        ("staff", "bihuan.systems.service.lists.staff:StaffListing"),
        ("areas", "bihuan.systems.service.lists.staff:AreasListing"),
        ("ratings", "bihuan.systems.service.lists.evaluator:RatingsListing"),
    ),
)
