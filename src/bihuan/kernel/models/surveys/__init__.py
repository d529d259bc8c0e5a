"""Questionnaires: the bank and what is built from it, waves, and what came back."""

from bihuan.kernel.models.surveys.bank import Question, Questionnaire, QuestionnaireItem, QuestionnaireVersion
from bihuan.kernel.models.surveys.waves import Keying, Reply, Sheet, Verbatim, Wave

__all__ = [
    "Keying",
    "Question",
    "Questionnaire",
    "QuestionnaireItem",
    "QuestionnaireVersion",
    "Reply",
    "Sheet",
    "Verbatim",
    "Wave",
]
