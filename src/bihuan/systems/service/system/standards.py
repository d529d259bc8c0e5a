"""Every number of the service evaluation, dated and with the sentence that it comes from.

Where the original text leaves a reading open, the reading is a standard too (measured in `choice`).
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import StandardSpec


def original(
    key: str, title: StrOrPromise, value: int | str, measured_in: str, sentence: str
) -> StandardSpec:
    return StandardSpec(
        key=f"service.{key}",
        title=title,
        value=Decimal(value),
        measured_in=measured_in,
        origin="original",
        source=sentence,
    )


def ours(key: str, title: StrOrPromise, value: int | str, measured_in: str, why: str) -> StandardSpec:
    return StandardSpec(
        key=f"service.{key}",
        title=title,
        value=Decimal(value),
        measured_in=measured_in,
        origin="ours",
        source=why,
    )


HALLS = (
    original(
        "video.per_day",
        _("video checks of each hall a day"),
        1,
        "count",
        gettext_noop("chapter 8: 每日对管辖内各营业厅检查一次"),
    ),
    ours(
        "video.all_year",
        _("video checks on days of rest, of halls that are open then: yes (1) or no (0)"),
        1,
        "choice",
        gettext_noop("ours: 每日 is every day on which a hall is open, and some are open 365 days"),
    ),
    ours(
        "video.days",
        _("put right what a video check found"),
        5,
        "working days",
        gettext_noop("ours: the original says 限期整改 without a number"),
    ),
    ours(
        "visit.level_1",
        _("visits of a hall of level 1 a week"),
        1,
        "count",
        gettext_noop("ours: the original is silent on level 1; once a month would be less than level 2"),
    ),
    original(
        "visit.level_2",
        _("visits of a hall of level 2 a week"),
        1,
        "count",
        gettext_noop("chapter 8: 二级营业厅和市区内的三级营业厅每周至少现场检查一次"),
    ),
    original(
        "visit.level_3_urban",
        _("visits of an urban hall of level 3 a week"),
        1,
        "count",
        gettext_noop("chapter 8: 二级营业厅和市区内的三级营业厅每周至少现场检查一次"),
    ),
    original(
        "visit.other",
        _("visits of every other hall a month"),
        1,
        "count",
        gettext_noop("chapter 8: 对管辖内的其它营业厅每月至少现场检查一次"),
    ),
    ours(
        "visit.all_year",
        _("weeks without a working day: visits of halls that are open then are due (1) or waived (0)"),
        0,
        "choice",
        gettext_noop("ours: the week of 16 February 2026 has no working day; who visits is off as well"),
    ),
    ours(
        "check.in_hours",
        _("checks and visits count only while the hall is open: yes (1) or no (0)"),
        1,
        "choice",
        gettext_noop("ours: before opening, at lunch and after closing nobody is served, so nothing is seen"),
    ),
    ours(
        "inspection.times",
        _("scored inspections of a hall a quarter"),
        1,
        "count",
        gettext_noop(
            "ours: the original asks for it each quarter, together with the survey (同时), without a number"
        ),
    ),
    ours(
        "inspection.every",
        _("scored inspections of every hall (1) or of the halls surveyed in the quarter (0)"),
        0,
        "choice",
        gettext_noop("ours: 同时 read as the same halls in the same quarter; 各营业厅 could mean every hall"),
    ),
    ours(
        "inspection.centre",
        _("scored inspections of the customer-service centre a quarter"),
        1,
        "count",
        gettext_noop(
            "ours: the original has the centre inspect the halls; who inspects is inspected as well"
        ),
    ),
    original(
        "survey.share",
        _("share of the halls of level 3 surveyed a quarter"),
        "0.3",
        "ratio",
        gettext_noop("chapter 8: 30%的三级营业厅（每年度要保证对全部营业厅）"),
    ),
    ours(
        "survey.wide",
        _("“all halls” means every level (1) or level 3 only (0)"),
        1,
        "choice",
        gettext_noop("ours: the wider reading; levels outside of the quarterly plan are visited once a year"),
    ),
    original(
        "survey.issued",
        _("questionnaires issued a hall"),
        20,
        "count",
        gettext_noop("chapter 8: 每厅发放的问卷不少于20份"),
    ),
    original(
        "finding.notice",
        _("notify the team of a finding"),
        2,
        "working days",
        gettext_noop("chapter 8: 考核组于2个工作日内通知相关班组整改"),
    ),
    ours(
        "finding.days",
        _("put right what a visit or a survey found"),
        5,
        "working days",
        gettext_noop("ours: the original names no limit for the putting right itself"),
    ),
    ours(
        "evaluator.debounce",
        _("ratings of one transaction within"),
        30,
        "s",
        gettext_noop("ours: who presses twice has one opinion"),
    ),
)
FIELD = (
    original(
        "meter.sessions",
        _("survey sessions in meter-reading areas a quarter"),
        15,
        "count",
        gettext_noop("chapter 8: 每季度开展次数不得少于15次"),
    ),
    original(
        "meter.sheets",
        _("questionnaires a session"),
        20,
        "count",
        gettext_noop("chapter 8: 每次发放问卷不少于20张"),
    ),
    ours(
        "meter.random",
        _("share of the areas drawn without regard to problems"),
        "0.3333",
        "ratio",
        gettext_noop("ours: quiet areas can show up, and the index has an unbiased arm"),
    ),
    original(
        "stage.days",
        _("call back after a stage of a connection"),
        2,
        "working days",
        gettext_noop("chapter 8: 结束后的两个工作日内进行阶段性回访"),
    ),
    original(
        "fault.summary",
        _("hand in the monthly summary of fault call-backs"),
        3,
        "day of next month",
        gettext_noop("chapter 8: 于次月3日前上报"),
    ),
    ours(
        "fault.days",
        _("call back after a fault repair"),
        2,
        "working days",
        gettext_noop("ours: the original names no limit; as after a stage"),
    ),
)
STAGES = tuple(
    original(
        f"stage.{key}",
        title,
        1,
        "choice",
        gettext_noop("chapter 8: 部分环节（业务受理、现场勘查、中间检查、竣工验收、装表接电）"),
    )
    for key, title in (
        ("acceptance", _("call back after acceptance: yes (1) or no (0)")),
        ("survey", _("call back after the site survey: yes (1) or no (0)")),
        ("interim", _("call back after the interim inspection: yes (1) or no (0)")),
        ("completion", _("call back after the completion check: yes (1) or no (0)")),
        ("connection", _("call back after meter and connection: yes (1) or no (0)")),
    )
)
VOICE = (
    ours(
        "voice.calls",
        _("recordings drawn of each agent a quarter"),
        5,
        "count",
        gettext_noop("ours: the original says 随机抽取各座席员的语音 without a number"),
    ),
    ours(
        "voice.shortest",
        _("shortest recording that is drawn"),
        15,
        "s",
        gettext_noop("ours: below that nothing was said"),
    ),
    ours(
        "voice.double",
        _("share scored twice without knowing of each other"),
        "0.2",
        "ratio",
        gettext_noop("ours: without it nobody knows whether the scorers agree"),
    ),
    ours(
        "voice.alpha",
        _("agreement below which no ranking is shown"),
        "0.667",
        "ratio",
        gettext_noop("ours: Krippendorff 2004, lowest limit for tentative conclusions"),
    ),
    ours(
        "voice.days",
        _("put right what a review meeting found"),
        10,
        "working days",
        gettext_noop("ours: the original says 制定整改措施并落实 without a number"),
    ),
    ours(
        "voice.scorers",
        _("people who score a call that is scored twice"),
        2,
        "count",
        gettext_noop("ours: the fewest whose agreement can be measured"),
    ),
    ours(
        "voice.rank",
        _("fewest scored calls of an agent with a rank"),
        5,
        "count",
        gettext_noop("ours: as many as are drawn; the band of ranks says how little that is"),
    ),
    ours(
        "voice.keep",
        _("keep recordings"),
        365,
        "days",
        gettext_noop("ours: long enough to hear a quarter's calls again, and no longer"),
    ),
    ours(
        "voice.largest",
        _("largest recording that is taken"),
        500,
        "MB",
        gettext_noop("ours: an hour of uncompressed stereo; larger files are no single calls"),
    ),
)
COMPLAINTS = (
    ours(
        "complaint.contact",
        _("first contact after a complaint"),
        24,
        "h",
        gettext_noop("ours: State Grid practice, Huai'an 2021: 24小时内联系客户"),
    ),
    ours(
        "complaint.days",
        _("handle and answer a complaint"),
        4,
        "working days",
        gettext_noop("ours: State Grid practice, Huai'an 2021: 4个工作日内答复"),
    ),
    original(
        "complaint.call_1",
        _("first call-back after a complaint"),
        5,
        "working days",
        gettext_noop("chapter 8: 营销管理室主任要在客户投诉之后的5个工作日内及时回访客户"),
    ),
    ours(
        "complaint.warn",
        _("remind who makes the first call-back"),
        3,
        "working days",
        gettext_noop("ours: an answer may take four of the five days, so one day would be left for the call"),
    ),
    original(
        "complaint.call_2",
        _("second call-back in a later month"),
        1,
        "months later",
        gettext_noop("chapter 8: 营销副经理在第二个月对客户进行第二次回访"),
    ),
    original(
        "complaint.rate",
        _("share of complaints called back"),
        1,
        "ratio",
        gettext_noop("chapter 8: 除客户要求不回访外，其余回访率应在100%"),
    ),
)
REPORTS = (
    ours(
        "report.month",
        _("hand in the monthly supervision report"),
        5,
        "day of next month",
        gettext_noop("ours: the original names no day for the month; as for the quarter"),
    ),
    original(
        "report.quarter",
        _("hand in the quarterly evaluation report"),
        5,
        "day after the quarter",
        gettext_noop("chapter 8: 每季度次月5日前"),
    ),
    ours(
        "rank.smallest",
        _("smallest sample with a rank"),
        30,
        "count",
        gettext_noop("ours: below it chance decides the order"),
    ),
    ours(
        "index.missing",
        _("largest share of the weights that may lack a figure"),
        "0.25",
        "ratio",
        gettext_noop(
            "ours: beyond it the rest would be another index; up to it the page names what is missing"
        ),
    ),
)
STANDARDS = (*HALLS, *FIELD, *STAGES, *VOICE, *COMPLAINTS, *REPORTS)
