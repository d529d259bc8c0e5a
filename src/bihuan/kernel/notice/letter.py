"""The words of a message: one notice as it is, many as a digest by case."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.act.deliveries import Letter
from bihuan.kernel.models import Channel, Notice
from bihuan.kernel.notice.words import happening, sentence
from bihuan.kernel.rules import chats
from bihuan.kernel.rules.letters import Group, cut, fitted, grouped

MOST_GROUPS = 40
MOST_LINES = 3
"""Of one case: the newest things; the page has them all."""


@dataclass(frozen=True, slots=True)
class Message:
    key: str
    """The same for every try of one message."""
    title: str
    text: str
    count: int
    serious: bool = False


def compose(letter: Letter) -> Message:
    """In the language of the person, for a room in that of the installation."""
    user = letter.channel.user
    with translation.override((user.language if user else "") or settings.LANGUAGE_CODE):
        groups = grouped(letter.items)
        notices = _notices(groups)
        serious = any(group.serious for group in groups)
        most = chats.most_bytes(letter.channel.kind)
        again = _("This may be a repetition: an earlier try was interrupted.") if letter.repeated else ""
        if len(letter.items) == 1:
            head = sentence(notices[letter.items[0].notice])
            text = "\n\n".join(filter(None, (again, cut(head, most - 600), _link(notices.values()))))
            return Message(letter.key, head, text, 1, serious)
        head = _summary(len(letter.items), len(groups))
        blocks = [_block(group, notices) for group in groups[:MOST_GROUPS]]
        hidden = len(groups) - len(blocks)

        def more(left: int) -> str:
            n = left + hidden
            return ngettext("and %(n)d more matter", "and %(n)d more matters", n) % {"n": n}

        if hidden:
            blocks.append(more(0))
        text = fitted(f"{again}\n{head}".strip(), blocks, more, _page(), most)
        return Message(letter.key, head, text, len(letter.items), serious)


def _summary(count: int, matters: int) -> str:
    told = ngettext("%(n)d notice", "%(n)d notices", count) % {"n": count}
    about = ngettext("%(n)d matter", "%(n)d matters", matters) % {"n": matters}
    return _("%(notices)s about %(matters)s") % {"notices": told, "matters": about}


def _notices(groups: list[Group]) -> dict[int, Notice]:
    keys = [key for group in groups[:MOST_GROUPS] for key, _times in group.told[:MOST_LINES]]
    return {row.pk: row for row in Notice.objects.filter(pk__in=keys).select_related("case")}


def _block(group: Group, notices: dict[int, Notice]) -> str:
    """The newest thing with its subject, older ones below it; each once, with how often it was told."""
    lines: list[str] = []
    for key, times in group.told[:MOST_LINES]:
        row = notices[key]
        text = happening(row, "…") if lines and row.case else sentence(row)
        mark = f" (×{times})" if times > 1 else ""
        lines.append(f"{'  ' if lines else '! ' if group.serious else '· '}{text}{mark}")
    return "\n".join(lines)


def _link(notices: Iterable[Notice]) -> str:
    """Where to go; without an address of the house there is none to give."""
    at = settings.ENVIRONMENT.url
    case = next((row.case for row in notices if row.case), None)
    return f"{at}/cases/{case.number}/" if at and case else ""


def _page() -> str:
    at = settings.ENVIRONMENT.url
    return f"{at}/notices/" if at else ""


def trial(channel: Channel) -> Message:
    user = channel.user
    with translation.override((user.language if user else "") or settings.LANGUAGE_CODE):
        text = _("A test message: notices will come here.")
        return Message("trial", text, text, 0)
