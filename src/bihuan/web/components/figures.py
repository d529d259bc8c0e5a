"""How figures and instants are written in the two languages."""

from datetime import date, datetime, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

MINUS = "\u2212"
NOTHING = "—"
_WEEKDAYS_ZH = "一二三四五六日"
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AGES = (
    (86_400, gettext_noop("%(n)s d ago")),
    (3_600, gettext_noop("%(n)s h ago")),
    (60, gettext_noop("%(n)s min ago")),
    (0, gettext_noop("%(n)s s ago")),
)


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def number(value: float | None, decimals: int = 0) -> str:
    """Thousands separated, a true minus sign, and a dash where there is no number."""
    if value is None:
        return NOTHING
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def percent(ratio: float | None, decimals: int = 1) -> str:
    """A ratio 0–1 as Chinese 96.4% or English 96.4 %."""
    if ratio is None:
        return NOTHING
    return f"{number(ratio * 100, decimals)}{'' if in_chinese() else chr(0xA0)}%"


def day(value: date | None, weekday: bool = True) -> str:
    """`11-23 周一` or `23 Nov`; the year only when it is not this one."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    this_year = value.year == timezone.localdate().year
    if in_chinese():
        text = f"{value:%m-%d}" if this_year else f"{value:%Y-%m-%d}"
        return f"{text} 周{_WEEKDAYS_ZH[value.weekday()]}" if weekday else text
    text = f"{value.day} {_MONTHS_EN[value.month - 1]}"
    return text if this_year else f"{text} {value.year}"


def hour(value: datetime | None) -> str:
    if value is None:
        return NOTHING
    return _hour(int(value.timestamp()) // 60, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _hour(minute: int, zone: tzinfo) -> str:
    """`minute` since 1970. A table names the same minutes again and again."""
    return f"{datetime.fromtimestamp(minute * 60, zone):%H:%M}"


def clock_or_day(value: datetime | None) -> str:
    """The hour for today, the day for anything else: what a narrow time column can hold."""
    if value is None:
        return NOTHING
    today = timezone.localtime(value).date() == timezone.localdate()
    return hour(value) if today else day(value, weekday=False)


def moment(value: datetime | None) -> str:
    """`11-23 周一 10:39` or `23 Nov 10:39`, in the unit's own time zone."""
    return NOTHING if value is None else f"{day(value)} {hour(value)}"


def today() -> str:
    """The date of now for the wall's band: `11 月 23 日 周一`, `Mon 23 Nov`."""
    now = timezone.localtime()
    if in_chinese():
        return f"{now.month} 月 {now.day} 日 周{_WEEKDAYS_ZH[now.weekday()]}"
    return f"{now:%a} {day(now)}"


def exact(value: datetime | None) -> str:
    """To the second with date and zone, for tooltips: `2026-11-23 10:39:08 +08:00`."""
    if value is None:
        return NOTHING
    text = f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S %z}"
    return f"{text[:-2]}:{text[-2:]}"


def elapsed(seconds: float | None) -> str:
    """`00:12:41`; more than a day goes on counting hours: `26:03:10`."""
    if seconds is None:
        return NOTHING
    whole = max(int(seconds), 0)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def ago(seconds: float | None) -> str:
    """`2 秒前`, `6 min ago`, `2 d ago`: the largest whole unit."""
    if seconds is None:
        return NOTHING
    whole = max(int(seconds), 0)
    size, text = next((size, text) for size, text in _AGES if whole >= size)
    return gettext(text) % {"n": whole // (size or 1)}


def tally(count: int) -> str:
    """A count for a narrow badge: at most 99+."""
    return "99+" if count > 99 else str(count)


def working_days(days: float) -> str:
    """`1.5 working days`; one decimal, none when it is whole."""
    text = f"{round(days, 1):g}"
    return ngettext("%(n)s working day", "%(n)s working days", 1 if text == "1" else 2) % {"n": text}


def since(at: datetime | None, now: datetime | None = None) -> SafeString:
    """Time since an instant; the browser goes on counting it."""
    return _ticking(at, now, "since", 1)


def until(at: datetime | None, now: datetime | None = None) -> SafeString:
    """Time left to an instant; the browser goes on counting it, and stops at zero."""
    return _ticking(at, now, "until", -1)


def _ticking(at: datetime | None, now: datetime | None, kind: str, sign: int) -> SafeString:
    if at is None:
        return format_html("{}", NOTHING)
    seconds = sign * ((now or timezone.now()) - at).total_seconds()
    return format_html(
        '<time class="bh-num" datetime="{}" data-{}="{}" title="{}">{}</time>',
        at.isoformat(),
        kind,
        at.isoformat(),
        exact(at),
        elapsed(seconds),
    )


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """One Han character, or up to two Latin initials: 陈静 → 陈, Chen Jing → CJ."""
    words = name.split()
    if not words:
        return "?"
    if ord(words[0][0]) > 0x2E7F:
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()
