"""Reading questionnaires, waves and replies: what systems and pages use."""

from bihuan.kernel.read.surveys.bank import draft_form, form_of
from bihuan.kernel.read.surveys.fieldwork import Filled, filled
from bihuan.kernel.read.surveys.figures import figures_of, history, scores, series
from bihuan.kernel.read.surveys.sheets import Found, code_digest, find
from bihuan.kernel.read.surveys.texts import Said, verbatims
from bihuan.kernel.read.surveys.waves import counts, counts_of, excluded_of, totals, waves

__all__ = [
    "Filled",
    "Found",
    "Said",
    "code_digest",
    "counts",
    "counts_of",
    "draft_form",
    "excluded_of",
    "figures_of",
    "filled",
    "find",
    "form_of",
    "history",
    "scores",
    "series",
    "totals",
    "verbatims",
    "waves",
]
