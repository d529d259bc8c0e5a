"""Words that more than one page needs."""

from typing import Any

from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules.redact import redact

STAGES = {
    "called": pgettext_lazy("stage of a draw", "digests are missing"),
    "committed": pgettext_lazy("stage of a draw", "committed, not drawn"),
    "sealed": pgettext_lazy("stage of a draw", "drawn, sealed"),
    "published": pgettext_lazy("stage of a draw", "published"),
    "withdrawn": pgettext_lazy("stage of a draw", "withdrawn"),
}

COMMITTED = {
    "id": pgettext_lazy("frame of a draw", "unit"),
    "level": pgettext_lazy("frame of a draw", "level"),
    "covered": pgettext_lazy("frame of a draw", "asked already this year"),
    "cases": pgettext_lazy("frame of a draw", "cases"),
    "customers": pgettext_lazy("frame of a draw", "customers"),
    "readers": pgettext_lazy("frame of a draw", "meter readers"),
    "agent": pgettext_lazy("frame of a draw", "agent"),
    "on": pgettext_lazy("frame of a draw", "day of the call"),
    "business": pgettext_lazy("frame of a draw", "kind of business"),
    "seconds": pgettext_lazy("frame of a draw", "length in seconds"),
    "transferred": pgettext_lazy("frame of a draw", "handed on"),
    "share": pgettext_lazy("rules of a draw", "share that is drawn"),
    "every_quarter": pgettext_lazy("rules of a draw", "levels asked every quarter"),
    "sampled": pgettext_lazy("rules of a draw", "levels drawn from"),
    "wide": pgettext_lazy("rules of a draw", "every hall within the year"),
    "sessions": pgettext_lazy("rules of a draw", "sessions"),
    "agents": pgettext_lazy("rules of a draw", "agents"),
    "per_agent": pgettext_lazy("rules of a draw", "calls of each agent"),
    "shortest_s": pgettext_lazy("rules of a draw", "shortest call in seconds"),
    "double": pgettext_lazy("rules of a draw", "share scored by several"),
}
"""What the keys of a committed frame and of its rules mean; the record itself has the keys."""


def stage_of(draw: Any) -> str:
    """Where a committed draw stands, in words."""
    if draw.withdrawn_at:
        return str(STAGES["withdrawn"])
    key = "published" if draw.published_at else "sealed" if draw.opened_at else "committed"
    return str(STAGES[key if draw.committed_at else "called"])


def without_numbers(text: str) -> str:
    """What somebody said, with a mark in the place of each number of a person or meter."""
    marks = {"phone": gettext("[phone]"), "identity": gettext("[ID]"), "meter": gettext("[meter]")}
    return redact(text, marks)


def hours_fault(part: str) -> str:
    """What to write where opening hours cannot be read."""
    words = _("“%(part)s” cannot be read: write hours such as Mon-Fri 8:30-11:30 13:30-17:00; Sat 9:00-12:00")
    return str(words) % {"part": part[:40]}


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
OPENING, MATTER, MANNER, END, NEVER = (
    pgettext_lazy("section of a scorecard", "Opening"),
    pgettext_lazy("section of a scorecard", "The matter"),
    pgettext_lazy("section of a scorecard", "Manner"),
    pgettext_lazy("section of a scorecard", "End"),
    pgettext_lazy("section of a scorecard", "Never"),
)
ENVIRONMENT, APPEARANCE, BEHAVIOUR, INITIATIVE, QUALITY, ORDER, RECORDS = (
    pgettext_lazy("section of a scorecard", "Environment"),
    pgettext_lazy("section of a scorecard", "Appearance"),
    pgettext_lazy("section of a scorecard", "Behaviour"),
    pgettext_lazy("section of a scorecard", "Proactiveness"),
    pgettext_lazy("section of a scorecard", "Quality of service"),
    pgettext_lazy("section of a scorecard", "Safety and order"),
    pgettext_lazy("section of a scorecard", "Records"),
)
ON_SIGHT = (
    (ENVIRONMENT, _("Hall and counters clean, nothing in the way"), 10, False),
    (ENVIRONMENT, _("Signs, notices and counters in service as announced"), 10, False),
    (APPEARANCE, _("Uniform, badge and hair as the rule says"), 10, False),
    (BEHAVIOUR, _("Stands up, greets, hands over with both hands"), 15, False),
    (BEHAVIOUR, _("Nothing that has no business at the counter: telephone, food, chatting"), 15, False),
    (INITIATIVE, _("Goes to meet who waits, guides and asks"), 20, False),
    (INITIATIVE, _("Opens a further counter when more than five wait"), 10, False),
    (NEVER, _("No counter left unattended, no customer refused"), 10, True),
)
"""The four groups that the original names for the video check, and what may never be."""
FIRST_CARDS = {
    "video": ON_SIGHT,
    "visits": (
        *ON_SIGHT,
        (QUALITY, _("Business is done in the time that is posted"), 10, False),
        (RECORDS, _("Register of duty, suggestions and complaints kept to the day"), 10, False),
    ),
    "halls": (
        (ENVIRONMENT, _("Sign, light box and opening hours outside are whole and right"), 5, False),
        (ENVIRONMENT, _("Hall, counters and waiting area clean and in order"), 8, False),
        (ENVIRONMENT, _("Queue, printers, self-service and payment devices work"), 7, False),
        (ENVIRONMENT, _("Things for the convenience of customers are complete and in date"), 5, False),
        (
            ENVIRONMENT,
            _("Prices, procedures and duties of service are posted in the valid version"),
            8,
            False,
        ),
        (APPEARANCE, _("Uniform, badge and hair as the rule says"), 7, False),
        (BEHAVIOUR, _("Greets, listens and takes leave by the rule, in the words of service"), 10, False),
        (
            BEHAVIOUR,
            _("First who is asked is responsible: nobody is sent from counter to counter"),
            10,
            False,
        ),
        (QUALITY, _("Business of three randomly chosen files is complete, right and in time"), 15, False),
        (QUALITY, _("Answers to three questions on tariff and procedure are right"), 10, False),
        (RECORDS, _("Registers of duty, suggestions, complaints and training kept to the day"), 8, False),
        (ORDER, _("Fire extinguishers, exits and cash kept as the rule says"), 5, False),
        (NEVER, _("No fee outside the tariff"), 1, True),
        (NEVER, _("No customer refused, insulted or asked for favours"), 1, True),
    ),
    "centre": (
        (ENVIRONMENT, _("Seats, headsets and screens in order, quiet"), 10, False),
        (ORDER, _("Staffed as planned; shifts handed over in writing"), 15, False),
        (
            QUALITY,
            _("Orders of three randomly chosen calls went out in time and to the right team"),
            25,
            False,
        ),
        (QUALITY, _("Call-backs of the week made and recorded"), 20, False),
        (RECORDS, _("Notices of outages and tariffs at hand in the valid version"), 15, False),
        (RECORDS, _("Registers of complaints and of training kept to the day"), 15, False),
        (NEVER, _("No customer's data told to others"), 5, True),
    ),
    "calls": (
        (OPENING, _("Greets by the rule and gives the agent's number"), 5, False),
        (MATTER, _("Understands the matter: repeats it and asks what is missing"), 15, False),
        (MATTER, _("Answers correctly, by the rules in force"), 20, False),
        (MATTER, _("Handles it or passes it on at once, with the right order"), 10, False),
        (MATTER, _("Says what happens next and until when"), 10, False),
        (MANNER, _("Speaks clearly, politely and at the right pace"), 10, False),
        (MANNER, _("Listens, stays calm and does not interrupt"), 10, False),
        (END, _("Asks whether anything is left and invites a rating"), 10, False),
        (NEVER, _("No rude word, no refusal, no hanging up"), 5, True),
        (NEVER, _("No customer's data told to others"), 5, True),
    ),
}
"""Where the first version of a scorecard begins: section, item, points, veto. Ours."""
QUESTIONNAIRES = {
    "hall": (
        gettext_noop("Satisfaction with the business hall"),
        gettext_noop("Two minutes about your visit today. Nobody writes down who you are."),
        gettext_noop("Thank you. What you said is read within the quarter."),
    ),
    "area": (
        gettext_noop("Satisfaction with meter reading and billing"),
        gettext_noop("Two minutes about your meter reader and your bills. Nobody writes down who you are."),
        gettext_noop("Thank you. What you said is read within the quarter."),
    ),
}
"""Title, introduction and thanks of the first version."""
SCALES = {
    "scale_1_10": {"low": gettext_noop("very dissatisfied"), "high": gettext_noop("very satisfied")},
    "scale_1_5": {"low": gettext_noop("very dissatisfied"), "high": gettext_noop("very satisfied")},
}
CSI = "csi"
"""What the three questions of the satisfaction index measure (ACSI): overall, expected, ideal."""
_INDEX = (
    ("csi-overall", "scale_1_10", CSI, gettext_noop("How satisfied are you with us overall?"), True),
    ("csi-expected", "scale_1_10", CSI, gettext_noop("How does it compare with what you expected?"), True),
    ("csi-ideal", "scale_1_10", CSI, gettext_noop("How close is it to the service you wish for?"), True),
)
_BETTER = ("better", "text", "", gettext_noop("What should we do better?"), False)
ASKED = {
    "hall": (
        *_INDEX,
        (
            "hall-place",
            "scale_1_5",
            "hall",
            gettext_noop("Is the hall clean, and do you find your way?"),
            True,
        ),
        (
            "hall-manner",
            "scale_1_5",
            "hall",
            gettext_noop("Were you treated politely and attentively?"),
            True,
        ),
        ("hall-waiting", "scale_1_5", "hall", gettext_noop("Was the time you waited in order?"), True),
        ("hall-skill", "scale_1_5", "hall", gettext_noop("Did the clerk know the matter?"), True),
        ("hall-settled", "yes_no", "hall", gettext_noop("Was your matter settled?"), True),
        _BETTER,
    ),
    "area": (
        *_INDEX,
        (
            "meter-visits",
            "scale_1_5",
            "meter",
            gettext_noop("Does the reader come on the announced days?"),
            True,
        ),
        ("meter-right", "scale_1_5", "meter", gettext_noop("Are your readings and bills correct?"), True),
        (
            "meter-told",
            "scale_1_5",
            "meter",
            gettext_noop("Are you told in time what to pay and when?"),
            True,
        ),
        ("meter-manner", "scale_1_5", "meter", gettext_noop("Is the reader polite?"), True),
        ("meter-help", "yes_no", "meter", gettext_noop("Do you know whom to call?"), True),
        _BETTER,
    ),
}
"""Code, kind of answer, what it measures, words, whether it must be answered: the first version. Ours."""
STATES = {
    "met": ("normal", pgettext_lazy("fieldwork", "enough issued")),
    "census": ("normal", pgettext_lazy("fieldwork", "census: everybody was asked")),
    "short": ("warning", pgettext_lazy("fieldwork", "short by %(n)d")),
    "gone": ("closed", pgettext_lazy("fieldwork", "fell away, replaced")),
}
"""Shape of the mark and words of where a hall or session stands."""
ARMS = {
    "chance": pgettext_lazy("arm", "drawn by chance alone"),
    "dense": pgettext_lazy("arm", "where problems are dense"),
}
SIGNS = {
    "too_fast": pgettext_lazy("sign", "answered too quickly (seconds)"),
    "straight_lining": pgettext_lazy("sign", "one answer everywhere (share of the sheets)"),
    "identical": pgettext_lazy("sign", "the same answers on several sheets (sheets)"),
    "near_copy": pgettext_lazy("sign", "nearly the same answers on a long sheet (share of the questions)"),
    "alike": pgettext_lazy("sign", "answers more alike than chance (adjusted p)"),
    "closed": pgettext_lazy("sign", "begun outside of opening hours (seconds off)"),
    "bunched": pgettext_lazy("sign", "begun all at once (share of the sheets)"),
}
