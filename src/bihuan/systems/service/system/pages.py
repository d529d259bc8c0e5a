"""The pages of the service evaluation, in groups."""

from django.utils.translation import pgettext_lazy

from bihuan.kernel.manifest import Part

PARTS = (
    Part(
        title=pgettext_lazy("tab", "Customers"),
        pages=(
            ("service:calls", pgettext_lazy("tab", "Call-backs"), "see"),
            ("service:calls-made", pgettext_lazy("tab", "Calls made"), "see"),
            ("service:complaints", pgettext_lazy("tab", "Complaints"), "see"),
            ("service:rising-causes", pgettext_lazy("tab", "Rising causes"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Checks and visits"),
        pages=(
            ("service:due", pgettext_lazy("tab", "What is due"), "see"),
            ("service:coverage", pgettext_lazy("tab", "Coverage"), "see"),
            ("service:inspections", pgettext_lazy("tab", "Log"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Field surveys"),
        pages=(
            ("service:fieldwork", pgettext_lazy("tab", "Halls and sessions"), "see"),
            ("service:draws", pgettext_lazy("tab", "Draws"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "95598 hotline"),
        pages=(
            ("service:scoring", pgettext_lazy("tab", "Scoring of calls"), "see"),
            ("service:recordings", pgettext_lazy("tab", "Recordings"), "see"),
            ("service:scores", pgettext_lazy("tab", "Scores"), "see"),
            ("service:meetings", pgettext_lazy("tab", "Review meetings"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Oversight"),
        pages=(
            ("service:spot-checks", pgettext_lazy("tab", "Spot checks"), "see"),
            ("service:supervisors", pgettext_lazy("tab", "Supervisors"), "see"),
            ("service:tips", pgettext_lazy("tab", "Tips"), "see"),
            ("service:evaluator", pgettext_lazy("tab", "Evaluators"), "see"),
            ("service:plan", pgettext_lazy("tab", "Yearly plan"), "see"),
            ("service:trainings", pgettext_lazy("tab", "Trainings"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Results"),
        pages=(
            ("service:evaluation", pgettext_lazy("tab", "Evaluation"), "see"),
            ("service:ranking", pgettext_lazy("tab", "Ranking"), "see"),
            ("service:indices", pgettext_lazy("tab", "Third-party index"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Basics"),
        pages=(
            ("service:halls", pgettext_lazy("tab", "Halls"), "see"),
            ("service:first-steps", pgettext_lazy("tab", "First steps"), "see"),
            ("service:hall-days", pgettext_lazy("tab", "Special days"), "see"),
            ("service:areas", pgettext_lazy("tab", "Meter-reading areas"), "see"),
            ("service:staff", pgettext_lazy("tab", "Staff"), "see"),
            ("service:scorecards", pgettext_lazy("tab", "Scorecards"), "see"),
        ),
    ),
)
