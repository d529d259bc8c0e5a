"""What the rest of the house must know about the service evaluation."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registry import MenuItem, System, TimerSpec

from .kinds import CASE_KINDS, LADDER, POSTS
from .standards import STANDARDS

SYSTEM = System(
    name="service",
    title=_("Service"),
    group="customer",
    icon="building-store",
    menu=(MenuItem(title=_("Service"), url="service:calls", icon="building-store"),),
    standards=STANDARDS,
    case_kinds=CASE_KINDS,
    posts=POSTS,
    ladder=LADDER,
    notices=(
        ("service.call_late", _("The call-back of %(number)s is overdue")),
        (
            "service.meeting",
            _("95598 review meeting of %(unit_name)s on %(held)s: minutes closed, %(n)s findings"),
        ),
    ),
    timers=(TimerSpec(model="service.Call", fire="bihuan.systems.service.act.calls:remind"),),
    transfers=(
        ("stages", "bihuan.systems.service.lists.calls:CallsListing"),
        ("complaints", "bihuan.systems.service.lists.calls:ComplaintsListing"),
        ("halls", "bihuan.systems.service.lists.halls:HallsListing"),
        ("staff", "bihuan.systems.service.lists.staff:StaffListing"),
        ("areas", "bihuan.systems.service.lists.staff:AreasListing"),
    ),
    tiles="bihuan.systems.service.tiles:tiles",
    sample="bihuan.systems.service.sample:load",
    clear_unit="bihuan.systems.service.sample:clear",
)
