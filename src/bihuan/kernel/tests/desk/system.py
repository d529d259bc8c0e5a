"""Its manifest."""

from decimal import Decimal

from bihuan.kernel.manifest import (
    CaseKind,
    ObligationSpec,
    PostSpec,
    RungSpec,
    StandardSpec,
    System,
    TaskSpec,
)


def limit(key: str, value: int, measured_in: str) -> StandardSpec:
    return StandardSpec(
        key=f"desk.{key}",
        title=key,
        value=Decimal(value),
        measured_in=measured_in,
        origin="ours",
        source="test",
    )


def often(key: str, period: str, **more: object) -> ObligationSpec:
    given: dict[str, object] = {"subjects": "bihuan.kernel.tests.desk.halls:halls", **more}
    return ObligationSpec(
        key=f"desk.{key}",
        title=key,
        standard=f"desk.{key}.times",
        period=period,
        missed="not_visited",
        **given,  # type: ignore[arg-type]
    )


OUTCOMES = (
    ("satisfied", "satisfied", "good"),
    ("not_resolved", "not resolved", "bad"),
    ("unreachable", "unreachable", "unreachable"),
    ("declined", "wants no call", "declined"),
)
SYSTEM = System(
    name="desk",
    title="desk",
    group="customer",
    icon="phone",
    standards=(
        limit("answer", 4, "working days"),
        limit("call_1", 5, "working days"),
        limit("call_2", 1, "months later"),
        limit("notice", 2, "working days"),
        limit("fix", 13, "business hours"),
        limit("contact", 48, "h"),
        limit("video.times", 1, "count"),
        limit("video.open", 1, "switch"),
        limit("visit.times", 1, "count"),
        limit("visit.open", 0, "switch"),
        limit("survey.times", 20, "count"),
    ),
    obligations=(
        often("video", "day", all_year="desk.video.open", subjects="bihuan.kernel.tests.desk.halls:watched"),
        often("visit", "week", all_year="desk.visit.open"),
        often("survey", "quarter", prorated=False, subjects="bihuan.kernel.tests.desk.halls:agents"),
    ),
    posts=(PostSpec(key="head", title="head of the office"), PostSpec(key="deputy", title="deputy manager")),
    ladder=(
        RungSpec(tells="owner", used=0.75),
        RungSpec(tells="superior"),
        RungSpec(tells="head", days_late=1),
        RungSpec(tells="deputy", days_late=2),
    ),
    case_kinds=(
        CaseKind(
            key="complaint",
            title="complaint",
            severity=2,
            limit="desk.answer",
            advice="answer",
            verdicts=(("settled", "settled"),),
            tasks=(
                TaskSpec(
                    key="call_1",
                    title="first call-back",
                    limit="desk.call_1",
                    post="head",
                    script="Was it resolved?",
                    outcomes=OUTCOMES,
                    verifies=True,
                ),
                TaskSpec(
                    key="call_2",
                    title="second call-back",
                    limit="desk.call_2",
                    post="deputy",
                    script="And now?",
                    outcomes=OUTCOMES,
                ),
            ),
        ),
        CaseKind(
            key="finding",
            title="finding",
            severity=2,
            limit="desk.fix",
            advice="put right",
            verdicts=(("put_right", "put right"),),
            notice="desk.notice",
            notice_post="head",
            serious_posts=("deputy",),
            proof=True,
        ),
        CaseKind(
            key="not_visited",
            title="not visited",
            severity=2,
            limit="desk.answer",
            advice="visit",
            verdicts=(("made_up", "made up"),),
        ),
        CaseKind(
            key="detractor",
            title="detractor",
            severity=2,
            limit="desk.contact",
            advice="call",
            verdicts=(("heard", "heard"),),
        ),
    ),
)
