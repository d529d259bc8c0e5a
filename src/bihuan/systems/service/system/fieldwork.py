"""Numbers of the questionnaires in the field, dated and with their sentences, and what their pages show."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.kernel.manifest import SurveySpec

from .standards import ours

FIELDWORK = (
    ours(
        "survey.windows",
        _("windows in which the customers of a hall are asked"),
        4,
        "count",
        gettext_noop("ours: half days of four weekdays; more are added by ticket where customers are few"),
    ),
    ours(
        "survey.minutes",
        _("length of a window"),
        120,
        "min",
        gettext_noop("ours: what one interviewer does without a rest"),
    ),
    ours(
        "survey.accepting",
        _("share of those asked who take a questionnaire, where no quarter before tells"),
        "0.6",
        "ratio",
        gettext_noop("ours: until the refusals of a quarter are known"),
    ),
    ours(
        "survey.low",
        _("an answer at or below so many points of 100 is shown as low"),
        40,
        "count",
        gettext_noop("ours: 2 of 5 and 4 of 10; it suggests, a person decides"),
    ),
    ours(
        "meter.icc",
        _("likeness of answers within one session"),
        "0.05",
        "ratio",
        gettext_noop(
            "ours: usual for households of one area; fifteen sessions of 20 are then worth 154 answers"
        ),
    ),
    ours(
        "meter.icc_sessions",
        _("sessions with answers before their likeness is told"),
        10,
        "count",
        gettext_noop("ours: from fewer clusters the estimate is mostly chance"),
    ),
    ours(
        "curb.fast",
        _("a sheet is quick below this share of the usual time"),
        "0.3333",
        "ratio",
        gettext_noop("ours: usual field control calls a third of the median a speeder"),
    ),
    ours(
        "curb.sheets",
        _("fewest sheets of an interviewer that are judged by shares"),
        5,
        "count",
        gettext_noop("ours: of fewer there is no usual time and no share"),
    ),
    ours(
        "curb.straight",
        _("share of an interviewer's sheets with one answer everywhere"),
        "0.5",
        "ratio",
        gettext_noop("ours: one such sheet means little, half of all means something"),
    ),
    ours(
        "curb.answers",
        _("fewest answers of a sheet that is called straight or identical"),
        5,
        "count",
        gettext_noop("ours: three equal answers are no pattern"),
    ),
    ours(
        "curb.identical",
        _("sheets of an interviewer with the same answers everywhere"),
        3,
        "count",
        gettext_noop("ours: two alike happen by chance"),
    ),
    ours(
        "curb.match",
        _("share of questions answered alike that makes two long sheets near copies"),
        "0.85",
        "ratio",
        gettext_noop("ours: from it on Kuriakose and Robbins (2016) call two long sheets near copies"),
    ),
    ours(
        "curb.match_answers",
        _("fewest answers of a sheet that is called a near copy"),
        20,
        "count",
        gettext_noop("ours: of eight questions two honest sheets easily share seven; chance judges these"),
    ),
    ours(
        "curb.alike",
        _("false discovery rate of interviewers whose sheets resemble each other more than chance"),
        "0.05",
        "ratio",
        gettext_noop("ours: of twenty interviewers that are named one may be named by chance"),
    ),
    ours(
        "curb.bunched",
        _("share of an interviewer's sheets begun in one bunch"),
        "0.5",
        "ratio",
        gettext_noop("ours: who asks every m-th customer cannot ask half of them at once"),
    ),
    ours(
        "curb.bunch",
        _("length of a bunch"),
        300,
        "s",
        gettext_noop("ours: about what one questionnaire takes"),
    ),
)
SURVEYS = SurveySpec(
    kinds=("hall", "area"),
    wave_panel="bihuan.systems.service.panel:wave_panel",
    reply_panel="bihuan.systems.service.panel:reply_panel",
    closing="bihuan.systems.service.act.findings:confirm_batch",
)
