"""Who may change what."""

from django.utils.translation import gettext as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import QuestionnaireVersion, Unit, User, Wave
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers


def need(user: User | None, verb: str, unit: Unit) -> None:
    """Raises Refused unless the role includes the verb and the unit lies in the account's scope.

    Without a user it is the system itself, which may.
    """
    if user is not None and not (may(user.role, verb) and covers(user, unit)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def need_draft(version: QuestionnaireVersion) -> None:
    if not version.is_draft:
        raise Refused(_("An issued version never changes. Copy it to a new version."))


def need_open(wave: Wave) -> None:
    if wave.closed_at is not None:
        raise Refused(_("This wave is closed: its figures are in use."))
