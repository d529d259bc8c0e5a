"""Words that more than one page needs."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
