"""A valuable customer about to leave is a case."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.manifest import CaseKind, PostSpec

POSTS = (PostSpec(key="customer_director", title=_("chief customer officer")),)
CASE_KINDS = (
    CaseKind(
        key="value_at_risk",
        title=_("valuable customer about to leave"),
        severity=2,
        limit="equity.risk.days",
        standard="equity.alive",
        advice=_("Talk to the customer before anything is offered, and note what came of it."),
        verdicts=(
            ("stays", pgettext_lazy("verdict", "Stays")),
            ("gone", pgettext_lazy("verdict", "Has left")),
            ("usual", pgettext_lazy("verdict", "Buys as usual, the model is wrong here")),
            ("unreached", pgettext_lazy("verdict", "Could not be reached")),
        ),
    ),
)
