"""Words that more than one page needs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TABS = (
    ("service:calls", pgettext_lazy("tab", "Call-backs")),
    ("service:complaints", pgettext_lazy("tab", "Complaints")),
    ("service:evaluation", pgettext_lazy("tab", "Evaluation")),
    ("service:ranking", pgettext_lazy("tab", "Ranking")),
    ("service:indices", pgettext_lazy("tab", "Third-party index")),
    ("service:halls", pgettext_lazy("tab", "Halls")),
    ("service:areas", pgettext_lazy("tab", "Meter-reading areas")),
    ("service:staff", pgettext_lazy("tab", "Staff")),
    ("service:supervisors", pgettext_lazy("tab", "Supervisors")),
    ("service:tips", pgettext_lazy("tab", "Tips")),
    ("service:spot-checks", pgettext_lazy("tab", "Spot checks")),
    ("service:plan", pgettext_lazy("tab", "Yearly plan")),
    ("service:trainings", pgettext_lazy("tab", "Trainings")),
    ("service:rising-causes", pgettext_lazy("tab", "Rising causes")),
)
OF_A_STAGE = _(
    "Was this stage done when it was promised?\n"
    "Were you told what is needed and what it costs?\n"
    "Was anything asked of you that is not in the rules?\n"
    "How satisfied are you with this stage?"
)
OF_A_REPAIR = _(
    "Is the supply restored?\n"
    "Did the team arrive in the time that was promised?\n"
    "Was the work done safely and politely?\n"
    "How satisfied are you with the repair?"
)
OF_A_REPAIR_AGAIN = _(
    "This call is recorded. Do you agree?\n"
    "Has the fault come again since the repair?\n"
    "Was your first answer noted as you gave it?\n"
    "What should we do better next time?"
)
SCRIPTS = {
    "fault_1": OF_A_REPAIR,
    "fault_2": OF_A_REPAIR_AGAIN,
}
