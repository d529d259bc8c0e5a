"""What may be found, who answers for it, and which call-backs it brings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.manifest import CaseKind, PostSpec, RungSpec, TaskSpec

POSTS = (
    PostSpec(key="marketing_head", title=_("head of the marketing office")),
    PostSpec(key="marketing_deputy", title=_("deputy manager for marketing")),
    PostSpec(key="manager_in_charge", title=_("manager in charge")),
    PostSpec(key="assessment_group", title=_("assessment group")),
    PostSpec(key="video_supervisor", title=_("video supervisor")),
    PostSpec(key="service_manager", title=_("service manager")),
    PostSpec(key="service_specialist", title=_("customer-service specialist of the marketing office")),
    PostSpec(key="service_centre", title=_("customer-service centre")),
    PostSpec(key="expansion_caller", title=_("caller for business expansion")),
)
LADDER = (
    RungSpec(tells="owner", used=0.75),
    RungSpec(tells="owner"),
    RungSpec(tells="superior"),
    RungSpec(tells="marketing_head", days_late=1),
    RungSpec(tells="marketing_deputy", days_late=2),
    RungSpec(tells="director", days_late=5),
)
PUT_RIGHT = (
    ("put_right", pgettext_lazy("verdict", "Put right")),
    ("explained", pgettext_lazy("verdict", "Explained, nothing to put right")),
    ("not_ours", pgettext_lazy("verdict", "Not in our hands")),
)
SETTLED = (
    ("justified", pgettext_lazy("verdict", "Justified, put right")),
    ("partly", pgettext_lazy("verdict", "Partly justified, put right")),
    ("unjustified", pgettext_lazy("verdict", "Not justified, explained")),
)
ANSWERS = (
    ("satisfied", pgettext_lazy("answer", "Satisfied"), "good"),
    ("neutral", pgettext_lazy("answer", "Neither nor"), "good"),
    ("dissatisfied", pgettext_lazy("answer", "Dissatisfied"), "bad"),
    ("not_resolved", pgettext_lazy("answer", "Not resolved"), "bad"),
    ("unreachable", pgettext_lazy("answer", "Could not be reached"), "unreachable"),
    ("declined", pgettext_lazy("answer", "Wants no call-back"), "declined"),
)
CONTACT = TaskSpec(
    key="contact",
    title=_("first contact"),
    limit="service.complaint.contact",
    post="owner",
    script=_("Tell the customer who handles it and by when.\nAsk what happened, and what would help now."),
    outcomes=(
        ("contacted", pgettext_lazy("answer", "Contacted"), "good"),
        ("unreachable", pgettext_lazy("answer", "Could not be reached"), "unreachable"),
    ),
    four_eyes=False,
    after_handling=False,
)
CALL_1 = TaskSpec(
    key="call_1",
    title=_("first call-back"),
    limit="service.complaint.call_1",
    warn="service.complaint.warn",
    post="marketing_head",
    script=_(
        "Has what you complained about been put right?\n"
        "Were you contacted in time, and was the answer clear?\n"
        "How satisfied are you with the handling?\n"
        "What else may we do for you?"
    ),
    outcomes=ANSWERS,
    verifies=True,
)
CALL_2 = TaskSpec(
    key="call_2",
    title=_("second call-back"),
    limit="service.complaint.call_2",
    post="marketing_deputy",
    script=_(
        "Has it stayed in order since?\n"
        "What do you think of the whole handling of your complaint?\n"
        "Where do we fall short in the supply of electricity?\n"
        "What would you advise us to change?"
    ),
    outcomes=ANSWERS,
)
CASE_KINDS = (
    CaseKind(
        key="video_finding",
        title=_("found by the video check"),
        severity=2,
        limit="service.video.days",
        advice=_("Put it right, and attach a picture that shows it."),
        verdicts=PUT_RIGHT,
        serious_posts=("manager_in_charge",),
        proof=True,
    ),
    CaseKind(
        key="visit_finding",
        title=_("found on site"),
        severity=2,
        limit="service.finding.days",
        advice=_("Put it right, and attach a picture that shows it."),
        verdicts=PUT_RIGHT,
        notice="service.finding.notice",
        notice_post="assessment_group",
        serious_posts=("marketing_deputy",),
        proof=True,
    ),
    CaseKind(
        key="survey_finding",
        title=_("found by a survey"),
        severity=2,
        limit="service.finding.days",
        advice=_("Find out what the answers mean, and put it right."),
        verdicts=PUT_RIGHT,
        notice="service.finding.notice",
        notice_post="assessment_group",
        serious_posts=("marketing_deputy",),
        proof=True,
    ),
    CaseKind(
        key="voice_finding",
        title=_("found by the review of recordings"),
        severity=2,
        limit="service.voice.days",
        advice=_("Agree on measures with the agent, and carry them out."),
        verdicts=PUT_RIGHT,
        serious_posts=("marketing_deputy",),
        proof=True,
    ),
    CaseKind(
        key="call_finding",
        title=_("found by a call-back"),
        severity=2,
        limit="service.finding.days",
        advice=_("Talk to the customer, and put it right."),
        verdicts=PUT_RIGHT,
        serious_posts=("marketing_deputy",),
        proof=True,
    ),
    CaseKind(
        key="tip",
        title=_("told by a supervisor"),
        severity=2,
        limit="service.finding.days",
        advice=_("Look into it, and tell the supervisor what came of it."),
        verdicts=SETTLED,
        notice="service.finding.notice",
        notice_post="assessment_group",
        serious_posts=("marketing_deputy",),
        proof=True,
    ),
    CaseKind(
        key="complaint",
        title=_("complaint"),
        severity=2,
        limit="service.complaint.days",
        advice=_("Contact the customer within a day, handle it and answer."),
        verdicts=SETTLED,
        serious_posts=("marketing_deputy",),
        proof=True,
        tasks=(CONTACT, CALL_1, CALL_2),
    ),
    CaseKind(
        key="duty_missed",
        title=_("a check or visit was missed"),
        severity=2,
        limit="service.finding.days",
        advice=_("Say why it was missed and how the next one is made sure."),
        verdicts=(
            ("excused", pgettext_lazy("verdict", "Excused")),
            ("violation", pgettext_lazy("verdict", "Violation")),
        ),
    ),
    CaseKind(
        key="scorers_disagree",
        title=_("scorers do not agree"),
        severity=2,
        limit="service.voice.days",
        advice=_("Listen together to the calls that were scored apart, and agree on how to score them."),
        verdicts=(("agreed", pgettext_lazy("verdict", "Agreed and scored again")),),
    ),
)
