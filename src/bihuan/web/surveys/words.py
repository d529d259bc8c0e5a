"""Words in both languages at once: a phone that has lost its network can still be switched."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, override

from bihuan.kernel.rules.surveys.form import Words

SAID = {
    "title": gettext_noop("Survey"),
    "required": gettext_noop("required"),
    "optional": gettext_noop("optional"),
    "yes": gettext_noop("Yes"),
    "no": gettext_noop("No"),
    "several": gettext_noop("You may choose several."),
    "answer_this": gettext_noop("Please answer this question."),
    "wrong": gettext_noop("This answer could not be read. Please answer again."),
    "send": gettext_noop("Send"),
    "kept": gettext_noop("Kept on this phone as you answer."),
    "open_questions": gettext_noop("Some questions are still open."),
    "privacy": gettext_noop("No name is asked. Your answers serve to improve the service, nothing else."),
    "privacy_personal": gettext_noop(
        "What you say of yourself is seen only by those who handle your answers, and is removed in time."
    ),
    "thanks": gettext_noop("Thank you for the time you took."),
    "sending": gettext_noop("Sending …"),
    "waiting": gettext_noop("Not sent yet"),
    "waiting_more": gettext_noop(
        "There is no connection. Your answers are kept on this phone and are sent as soon as it is back. "
        "You may close this page; opening the same link again sends them too."
    ),
    "send_now": gettext_noop("Send now"),
    "sent": gettext_noop("Sent"),
    "late": gettext_noop("Sent, after the end"),
    "late_more": gettext_noop("The survey was already over, so your answers were kept but are not counted."),
    "used": gettext_noop("This code has been used"),
    "used_more": gettext_noop(
        "Each code takes one reply. If it was you who answered: your reply has arrived. "
        "If not, ask the person who gave you the code for a new one."
    ),
    "expired": gettext_noop("This code has expired"),
    "expired_more": gettext_noop("Ask the person who gave it to you for a new one."),
    "closed": gettext_noop("This survey is over"),
    "closed_more": gettext_noop("Thank you for wanting to answer. You can still tell the staff."),
    "withdrawn": gettext_noop("This code is no longer valid"),
    "withdrawn_more": gettext_noop("It was printed and not used. Ask for a new one where you got it."),
    "early": gettext_noop("This survey has not begun"),
    "early_more": gettext_noop("Open the same link again on the day that stands on your slip."),
    "unknown": gettext_noop("No questionnaire has this code"),
    "unknown_more": gettext_noop("Check it sign by sign: ten letters and digits, never 0, 1, I or O."),
    "busy": gettext_noop("Too many wrong codes from this network"),
    "busy_more": gettext_noop("Wait ten minutes, then open the link again. Answers that you gave are kept."),
    "enter": gettext_noop("Enter the code from your slip"),
    "code": gettext_noop("Code"),
    "open": gettext_noop("Open"),
}
"""Everything that the public page says."""
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))


@cache
def said(key: str) -> Words:
    found = {}
    for name, language in LANGUAGES:
        with override(language):
            found[name] = gettext(SAID[key])
    return Words(**found)


def both(words: Words) -> SafeString:
    """Both languages, of which the style sheet shows that of the page; one where there is only one."""
    if words.zh and words.en and words.zh != words.en:
        return format_html(
            '<span class="bh-zh" lang="zh-Hans">{}</span><span class="bh-en" lang="en">{}</span>',
            words.zh,
            words.en,
        )
    if words.zh:
        return format_html('<span lang="zh-Hans">{}</span>', words.zh)
    return format_html('<span lang="en">{}</span>', words.en)


@cache
def everything() -> dict[str, SafeString]:
    """`w` of the public templates."""
    return {key: both(said(key)) for key in SAID}
