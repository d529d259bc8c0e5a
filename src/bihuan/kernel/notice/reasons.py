"""Why a message did not get through, or an address was not taken, and what to do next."""

from types import MappingProxyType

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise

REASONS: MappingProxyType[str, tuple[StrOrPromise, StrOrPromise]] = MappingProxyType(
    {
        "sent": (_("arrived"), ""),
        "token": (
            _("the address is not known there"),
            _("Make a new robot in the chat and enter its address here."),
        ),
        "gone": (
            _("robot or chat is gone or switched off"),
            _("Add the robot to the chat again and enter its new address here."),
        ),
        "secret": (
            _("the signature is not accepted"),
            _("Enter the secret of the robot again; check the clock of this machine if it is right."),
        ),
        "keyword": (
            _("the robot wants a keyword that our messages do not have"),
            _("In the robot's settings choose a signature instead of keywords."),
        ),
        "network": (
            _("the robot does not accept our network address"),
            _("In the robot's settings allow the outgoing address of this machine."),
        ),
        "content": (
            _("the message was not accepted"),
            _("Read what the other side says; report it if it is no setting of yours."),
        ),
        "redirect": (
            _("the address points elsewhere"),
            _("Enter the final address: a redirection is not followed."),
        ),
        "allowed": (
            _("the address is not allowed any more"),
            _("Ask an administrator to allow it, or enter another one."),
        ),
        "rate": (_("too many messages there for now"), _("Nothing: it is tried again, later each time.")),
        "busy": (_("the other side has a fault"), _("Nothing: it is tried again, later each time.")),
        "timeout": (
            _("no answer in time; it may have arrived"),
            _("Nothing: it is tried again and then marked as a possible repetition."),
        ),
        "unreachable": (
            _("the other side cannot be reached"),
            _("Check this machine's way to the internet, its proxy and its name server."),
        ),
        "unreadable": (
            _("an answer that does not come from this kind of chat"),
            _("Check whether a proxy answers in its place."),
        ),
        "recipient": (
            _("the mail server does not accept this address"),
            _("Ask an administrator to correct the e-mail address of the account."),
        ),
        "login": (
            _("the mail server does not let us in"),
            _("An administrator checks the variables BIHUAN_MAIL_…"),
        ),
        "other": (_("an unexpected answer"), _("Read what the other side says.")),
        "read": (_("read here before"), ""),
        "deactivated": (_("the account is not active"), ""),
        "off": (pgettext_lazy("channel", "switched off"), ""),
        "server": (_("no mail server is set up"), _("An administrator sets BIHUAN_MAIL_HOST.")),
        "address": (_("no e-mail address"), _("Ask an administrator to enter one.")),
    }
)


def why(reason: str) -> tuple[StrOrPromise, StrOrPromise]:
    """What happened and what to do next."""
    return REASONS.get(reason, REASONS["other"])


def address_fault(reason: str) -> str:
    """Why an address was not taken, in the reader's language."""
    return {
        "scheme": gettext(
            "The address begins with https://, that of an allowed JSON webhook also with http://."
        ),
        "path": gettext("This is not the address of a robot: copy it whole from the robot's settings."),
        "token": gettext("The address is not complete: copy it whole from the robot's settings."),
        "allowed": gettext(
            "Only addresses of DingTalk, WeCom, Feishu and Lark robots, and those that an administrator has"
            " allowed for JSON webhooks."
        ),
    }.get(reason, gettext("This is not a web address without user name, password and anchor."))
