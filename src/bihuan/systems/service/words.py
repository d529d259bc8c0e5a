"""Words that more than one page needs."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

STAGES = {
    "committed": pgettext_lazy("stage of a draw", "committed, not drawn"),
    "sealed": pgettext_lazy("stage of a draw", "drawn, sealed"),
    "published": pgettext_lazy("stage of a draw", "published"),
    "withdrawn": pgettext_lazy("stage of a draw", "withdrawn"),
}


def stage_of(draw: Any) -> str:
    """Where a committed draw stands, in words."""
    if draw.withdrawn_at:
        return str(STAGES["withdrawn"])
    key = "published" if draw.published_at else "sealed" if draw.opened_at else "committed"
    return str(STAGES[key])


TABS = (
    ("service:calls", pgettext_lazy("tab", "Call-backs")),
    ("service:complaints", pgettext_lazy("tab", "Complaints")),
    ("service:evaluation", pgettext_lazy("tab", "Evaluation")),
    ("service:ranking", pgettext_lazy("tab", "Ranking")),
    ("service:indices", pgettext_lazy("tab", "Third-party index")),
    ("service:scoring", pgettext_lazy("tab", "Scoring of calls")),
    ("service:recordings", pgettext_lazy("tab", "Recordings")),
    ("service:scores", pgettext_lazy("tab", "Scores")),
    ("service:meetings", pgettext_lazy("tab", "Review meetings")),
    ("service:fieldwork", pgettext_lazy("tab", "Questionnaires in the field")),
    ("service:draws", pgettext_lazy("tab", "Draws")),
    ("service:scorecards", pgettext_lazy("tab", "Scorecards")),
    ("service:halls", pgettext_lazy("tab", "Halls")),
    ("service:areas", pgettext_lazy("tab", "Meter-reading areas")),
    ("service:staff", pgettext_lazy("tab", "Staff")),
    ("service:supervisors", pgettext_lazy("tab", "Supervisors")),
    ("service:tips", pgettext_lazy("tab", "Tips")),
    ("service:spot-checks", pgettext_lazy("tab", "Spot checks")),
    ("service:plan", pgettext_lazy("tab", "Yearly plan")),
    ("service:trainings", pgettext_lazy("tab", "Trainings")),
    ("service:rising-causes", pgettext_lazy("tab", "Rising causes")),
    ("service:evaluator", pgettext_lazy("tab", "Evaluators")),
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
OPENING, MATTER, MANNER, END, NEVER = (
    pgettext_lazy("section of a scorecard", "Opening"),
    pgettext_lazy("section of a scorecard", "The matter"),
    pgettext_lazy("section of a scorecard", "Manner"),
    pgettext_lazy("section of a scorecard", "End"),
    pgettext_lazy("section of a scorecard", "Never"),
)
FIRST_CARDS = {
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
    "closed": pgettext_lazy("sign", "begun outside of opening hours (seconds off)"),
    "bunched": pgettext_lazy("sign", "begun all at once (share of the sheets)"),
}
