"""Every event of a case reads as a sentence in both languages, with a ring or an icon of its own."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

import bihuan.kernel.act.cases
from bihuan.kernel.models import Case
from bihuan.web.casework.sentences import SENTENCES, Names
from bihuan.web.casework.timeline import ICONS, STAGES
from bihuan.web.components.marks import stage_ring
from bihuan.web.lists.verbs import VERBS, verb_title

NAMES = Names({7: "吴敏"}, {"TRAIN": "培训不足"})
DUTY = {"duty": "call_1", "task": 1}
SAID: list[tuple[str, dict[str, Any], str, str]] = [
    ("case.notify", {"to": 7}, "told 吴敏", "通知 吴敏"),
    ("case.resume", {"cap": True}, "let the clock run on", "已到最长等待时间"),
    ("case.resolve", {"verdict": "settled", "cause": "TRAIN"}, "cause: 培训不足", "原因：培训不足"),
    ("case.resolve", {"verdict": "settled", "cause": None}, "resolved it: settled", "settled"),
    ("case.reopen", {"reset": True}, "begins anew", "重新起算"),
    ("case.reopen", {}, "goes on", "时钟继续"),
    ("case.duplicate", {"other": "C-1"}, "duplicate of C-1", "C-1 的重复单"),
    ("case.joined", {"other": "C-2", "link": "merge"}, "took in C-2", "并入 C-2"),
    ("case.joined", {"other": "C-2", "link": "duplicate"}, "joined by C-2", "并入重复单 C-2"),
    ("case.linked", {"other": "C-3", "link": "caused"}, "its cause: C-3", "起因：C-3"),
    ("case.linked", {"other": "C-3", "link": "followed"}, "opened C-3 after it", "续开 C-3"),
    (
        "case.retarget",
        {"before": "2 working days", "after": "13 business hours"},
        "13 business hours",
        "13 个工作小时",
    ),
    ("case.reported", {"post": "deputy", "to": 7}, "deputy manager: 吴敏", "deputy manager：吴敏"),
    (
        "case.escalated",
        {"step": "0.75+0 owner", "to": 7},
        "of the time used: told 吴敏",
        "时限已用 75%，通知 吴敏",
    ),
    ("case.escalated", {"step": "1+0 owner", "to": 7}, "due time reached: told 吴敏", "到期，通知 吴敏"),
    ("case.escalated", {"step": "1+2 head", "to": None}, "2 working days overdue: told —", "逾期 2 个工作日"),
    (
        "case.called_back",
        {**DUTY, "outcome": "not_resolved"},
        "first call-back: not resolved",
        "结果：not resolved",
    ),
    ("task.attempt", {**DUTY, "reached": False}, "nobody reached: first call-back", "致电未接通"),
    ("task.attempt", {**DUTY, "reached": True}, "reached, not ended yet", "致电已接通"),
    ("task.handed_over", {**DUTY, "to": 7}, "gave “first call-back” to 吴敏", "移交 吴敏"),
    ("task.escalated", {**DUTY, "step": "1+1 head", "to": 7}, "1 working day overdue", "逾期 1 个工作日"),
    ("task.overdue", DUTY, "“first call-back” is overdue", "逾期"),
]


@pytest.mark.parametrize(("verb", "said", "english", "chinese"), SAID)
def test_an_event_reads_as_a_sentence(
    desk_world: object, verb: str, said: dict[str, Any], english: str, chinese: str
) -> None:
    case = Case(kind="complaint")
    with override("en"):
        assert english in SENTENCES[verb](case, said, NAMES)
    with override("zh-hans"):
        assert chinese in SENTENCES[verb](case, said, NAMES)


def written() -> set[str]:
    """Verbs that the acts on cases write, as their code names them."""
    found: set[str] = set()
    for path in Path(bihuan.kernel.act.cases.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        calls = re.findall(r'\b(write|noted|_write|write_duty)\(\s*\w+,(?: task,)? "(\w+)"', text)
        found |= {f"{'task' if name == 'write_duty' else 'case'}.{verb}" for name, verb in calls}
    return found


def test_every_verb_that_is_written_has_words_and_a_mark() -> None:
    verbs = written()
    assert {"case.retarget", "case.reported", "case.joined", "task.attempt"} <= verbs
    assert verbs - set(SENTENCES) == set()
    assert verbs - set(ICONS) - set(STAGES) == set()
    assert set(SENTENCES) - set(VERBS) == set()
    assert all(stage_ring(stage) for stage in STAGES.values())


def test_a_verb_of_the_audit_is_read_in_both_languages_and_an_unknown_one_stands() -> None:
    with override("en"):
        assert verb_title("case.retarget") == "limit changed"
    with override("zh-hans"):
        assert verb_title("case.retarget") == "更改时限"
    assert verb_title("weather.rained") == "weather.rained"


def test_a_step_that_cannot_be_read_stands_as_it_is(desk_world: object) -> None:
    assert "odd" in SENTENCES["case.escalated"](Case(kind="complaint"), {"step": "odd one"}, NAMES)
    assert "13 furlongs" in SENTENCES["case.retarget"](
        Case(kind="complaint"), {"before": "13 furlongs", "after": "x"}, NAMES
    )
