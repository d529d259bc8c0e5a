"""What the pages for customers say, in both languages at once: a phone can be switched without network."""

from functools import cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, override

from bihuan.kernel.rules.surveys.form import Words
from bihuan.web.surveys.words import LANGUAGES, both

SAID = {
    "offer": gettext_noop("Your offer"),
    "coupon": gettext_noop("Show this code in a shop; it works once."),
    "until": gettext_noop("Valid until"),
    "redeemed": gettext_noop("This coupon has been redeemed."),
    "stop_link": gettext_noop("No more of these offers"),
    "with": gettext_noop("Offered together with"),
    "stop": gettext_noop("No more personal offers?"),
    "stop_more": gettext_noop(
        "Your consent ends at once, and what has not left yet is not sent. It needs no reason."
    ),
    "stop_mail": gettext_noop("No more offers by e-mail"),
    "stop_all": gettext_noop("Withdraw every consent that I gave"),
    "stopped": gettext_noop("Withdrawn"),
    "stopped_more": gettext_noop(
        "From this moment on no further letter leaves. One that was already under way may still arrive."
    ),
    "nothing": gettext_noop("There is no consent left"),
    "nothing_more": gettext_noop("It was withdrawn before; you get no more of these offers."),
    "unknown": gettext_noop("This link is not complete"),
    "unknown_more": gettext_noop("Open it again from the letter, or copy it whole."),
    "gone": gettext_noop("This campaign is not there"),
    "gone_more": gettext_noop("Check the address, or scan the code again."),
    "early": gettext_noop("This campaign has not begun"),
    "early_more": gettext_noop("Come back on its first day:"),
    "closed": gettext_noop("This campaign is over"),
    "closed_more": gettext_noop("Thank you for your interest."),
    "busy": gettext_noop("Too much at once from this network"),
    "busy_more": gettext_noop("Wait ten minutes, then open the link again."),
    "details": gettext_noop("I want this"),
    "task": gettext_noop("Done"),
    "quiz": gettext_noop("Answer"),
    "choose": gettext_noop("Choose an answer."),
    "again": gettext_noop("Not quite. Try once more."),
    "over": gettext_noop("That was the third try. Scan the code again another day."),
    "done": gettext_noop("Thank you!"),
    "done_reward": gettext_noop("Thank you! Here is your reward."),
    "rewards_gone": gettext_noop("Thank you! All rewards have been given, though."),
    "full": gettext_noop("Many people are here today. Please come back tomorrow."),
    "stale": gettext_noop("This page was open too long. It has been loaded again."),
    "privacy": gettext_noop(
        "No name is asked and nothing is kept on your phone beyond this visit. We count visits, presses of "
        "the button and the time on the page."
    ),
}


def said(key: str) -> Words:
    found = {}
    for name, language in LANGUAGES:
        with override(language):
            found[name] = gettext(SAID[key])
    return Words(**found)


@cache
def everything() -> dict[str, SafeString]:
    """`w` of the templates."""
    return {key: both(said(key)) for key in SAID}
