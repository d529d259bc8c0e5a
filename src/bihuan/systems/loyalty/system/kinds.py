"""Cases of the loop, and who is told."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.manifest import CaseKind, ObligationSpec, PostSpec, RungSpec, TaskSpec

POSTS = (
    PostSpec(key="loyalty_leader", title=_("leader of the loyalty programme")),
    PostSpec(key="huddle_lead", title=_("leads the huddles of a unit")),
)
LADDER = (
    RungSpec(tells="owner", used=0.5),
    RungSpec(tells="owner"),
    RungSpec(tells="superior"),
    RungSpec(tells="loyalty_leader", days_late=1),
    RungSpec(tells="director", days_late=3),
)
CALL = TaskSpec(
    key="contact",
    title=_("call to the customer"),
    limit="loyalty.contact",
    post="owner",
    script=_(
        "Thank the customer for the answer, and listen first.\n"
        "What happened, and what should have happened instead?\n"
        "What would make it right now?\n"
        "Is it a person, a process, or a policy? How would you have treated your own mother?"
    ),
    outcomes=(
        ("contacted", pgettext_lazy("answer", "Reached, and listened"), "good"),
        ("unreachable", pgettext_lazy("answer", "Could not be reached"), "unreachable"),
        ("declined", pgettext_lazy("answer", "Wants no call"), "declined"),
    ),
    four_eyes=False,
    after_handling=False,
)
CASE_KINDS = (
    CaseKind(
        key="detractor",
        title=_("detractor"),
        severity=2,
        limit="loyalty.resolve",
        advice=_("Call within the limit, listen, put right what you can, and name the cause."),
        verdicts=(
            ("won_back", pgettext_lazy("verdict", "Put right, the customer is content")),
            ("put_right", pgettext_lazy("verdict", "Put right")),
            ("explained", pgettext_lazy("verdict", "Explained")),
            ("policy", pgettext_lazy("verdict", "Our policy is at fault: somebody else must change it")),
            ("not_ours", pgettext_lazy("verdict", "Not in our hands")),
        ),
        tasks=(CALL,),
    ),
    CaseKind(
        key="huddle_missed",
        title=_("a huddle was missed"),
        severity=1,
        limit="loyalty.huddle.answer",
        advice=_("Say why, and when the next one is."),
        verdicts=(
            ("excused", pgettext_lazy("verdict", "Excused")),
            ("held_late", pgettext_lazy("verdict", "Held later")),
            ("missed", pgettext_lazy("verdict", "Missed")),
        ),
        standard="loyalty.huddles",
    ),
    CaseKind(
        key="loyalty_alarm",
        title=_("the programme fades"),
        severity=2,
        limit="loyalty.alarm.answer",
        advice=_("Look into the figures behind it, and say what is done."),
        verdicts=(
            ("acted", pgettext_lazy("verdict", "Acted upon")),
            ("harmless", pgettext_lazy("verdict", "Looked into, harmless")),
            ("gamed", pgettext_lazy("verdict", "Scores were made up")),
        ),
    ),
)
OBLIGATIONS = (
    ObligationSpec(
        key="loyalty.huddle",
        title=_("huddle with the front line"),
        standard="loyalty.huddles",
        period="week",
        subjects="bihuan.systems.loyalty.read.programmes:huddle_subjects",
        missed="huddle_missed",
    ),
)
