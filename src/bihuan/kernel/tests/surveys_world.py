"""A small questionnaire and waves of it, for every test that asks somebody something."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.surveys.take import Coming, Taken
from bihuan.kernel.act.surveys.waves import Issued, Subject
from bihuan.kernel.models import Question, QuestionnaireVersion, Unit, Wave
from bihuan.kernel.read import surveys as read
from bihuan.kernel.rules.surveys.form import Condition
from bihuan.kernel.tests.world import World

CHANNELS = [{"key": "hall", "zh": "营业厅", "en": "hall"}, {"key": "phone", "zh": "电话", "en": "phone"}]
BANK: dict[str, dict[str, Any]] = {
    "recommend": {
        "kind": "scale_0_10",
        "text_zh": "您有多大可能向朋友推荐我们？",
        "text_en": "How likely are you to recommend us to a friend?",
        "low_zh": "完全不可能",
        "high_zh": "非常可能",
        "dimension": "loyalty",
    },
    "why": {"kind": "text", "text_zh": "最主要的原因是什么？", "text_en": "What is the main reason?"},
    "attitude": {
        "kind": "scale_1_5",
        "text_zh": "您对服务态度满意吗？",
        "text_en": "Are you content with how you were treated?",
        "dimension": "service",
    },
    "waiting": {
        "kind": "scale_1_10",
        "text_zh": "您对等候时间满意吗？",
        "text_en": "Are you content with the time you waited?",
        "dimension": "service",
        "weight": Decimal(2),
    },
    "solved": {"kind": "yes_no", "text_zh": "事情办成了吗？", "text_en": "Was it settled?"},
    "channel": {"kind": "one_of", "text_zh": "您从哪里联系我们？", "text_en": "Where?", "options": CHANNELS},
    "phone": {"kind": "text", "text_zh": "您的电话", "text_en": "Your telephone", "personal": True},
}
ANSWERS: dict[str, Any] = {
    "recommend": 9,
    "attitude": 4,
    "waiting": 7,
    "solved": 1,
    "channel": "hall",
}


def bank(unit: Unit, *keys: str) -> list[Question]:
    return [act.keep_question(key=key, unit=unit, user=None, fields=BANK[key]) for key in keys or tuple(BANK)]


def questionnaire(unit: Unit, key: str = "hall-csi") -> QuestionnaireVersion:
    """Issued: why is asked of who gives 6 or less, the telephone is optional, all else required."""
    draft = act.create_questionnaire(
        key=key,
        title_zh="营业厅服务满意度调查",
        title_en="Satisfaction with the hall",
        unit=unit,
        user=None,
        words={
            "privacy_zh": "不记名，只用于改进服务。",
            "privacy_en": "Anonymous, to serve you better.",
        },
    )
    for question in bank(unit):
        item = act.add_item(version=draft, question=question, user=None)
        if question.key == "why":
            low = Condition("recommend", "at_most", 6)
            act.set_item(item=item, required=True, show_if=low, user=None)
        if question.key == "phone":
            act.set_item(item=item, required=False, show_if=None, user=None)
    return act.issue_version(version=draft, user=None)


def wave(world: World, version: QuestionnaireVersion | None = None, **more: Any) -> Wave:
    """Open since yesterday, for a month, about one hall of 生科楼."""
    now = timezone.now()
    wanted = {
        "subject": Subject("hall", "H3-01", "南关营业厅"),
        "unit": world.building,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=30),
        "wanted": 20,
        "period": "2026Q4",
        "user": None,
        **more,
    }
    return act.open_wave(version=version or questionnaire(world.building), **wanted)


def one_code(wave: Wave, **more: Any) -> Issued:
    return act.issue_codes(wave=wave, count=1, user=None, **more)[0]


def answer(code: str, at: datetime | None = None, key: str = "k", **more: Any) -> Taken:
    """By phone, from a page that was handed out a minute ago."""
    found = read.find(code)
    assert found is not None
    now = at or timezone.now()
    raw = {**ANSWERS, **more.pop("raw", {})}
    coming = Coming(
        **{"raw": raw, "key": key, "channel": "phone", "opened_at": now - timedelta(minutes=1), **more}
    )
    return act.take(found=found, coming=coming, at=now)
