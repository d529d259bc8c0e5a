"""Words that more than one page needs."""

from django.utils.translation import pgettext_lazy

TABS = (
    ("service:halls", pgettext_lazy("tab", "Halls")),
    ("service:areas", pgettext_lazy("tab", "Meter-reading areas")),
    ("service:staff", pgettext_lazy("tab", "Staff")),
    ("service:evaluator", pgettext_lazy("tab", "Evaluators")),
)
