"""Accounts, invitations, tokens and logins."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from bihuan.kernel import passwords
from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import ApiToken, LoginAttempt, Role, Unit, User

FAILURES = 5
FAILURES_AN_ADDRESS = 20
LOCKED_FOR = timedelta(minutes=15)
TOKEN_SCOPES = ("read", "cases", "surveys", "offers")


def create_user(
    *,
    username: str,
    name: str,
    role: str,
    unit: Unit,
    actor: User | None = None,
    email: str = "",
    superior: User | None = None,
    demo: bool = False,
) -> tuple[User, str]:
    """A new account with a random password, returned once."""
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise Refused(_("The user name %(name)s is taken.") % {"name": username})
        user = User(
            username=username,
            name=name,
            role=Role(role),
            unit=unit,
            email=email,
            superior=superior,
            demo=demo,
            invited_at=timezone.now(),
        )
        password, user.password = passwords.fresh()
        user.save()
        record(verb="user.created", actor=actor, subject=f"user:{user.pk}", role=user.role, unit=unit.pk)
    return user, password


def invitation(*, user: User, actor: User | None = None) -> str:
    """A path that lets its holder set the password once; it goes by any channel, not only e-mail."""
    record(verb="user.invited", actor=actor, subject=f"user:{user.pk}")
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("invitation", args=[key, default_token_generator.make_token(user)])


def invited_user(key: str, token: str) -> User | None:
    """Whose invitation this is; None when it is used, expired or forged."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(key)), is_active=True)
    except (ValueError, User.DoesNotExist):
        return None
    return user if default_token_generator.check_token(user, token) else None


def set_password(*, user: User, password: str, actor: User | None = None) -> None:
    """Raises ValidationError for a weak one. Ends every other session through the session hash."""
    validate_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record(verb="user.password", actor=actor or user, subject=f"user:{user.pk}")


def reset(*, user: User, actor: User | None = None) -> str:
    """A new random password, returned once."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record(verb="user.reset", actor=actor, subject=f"user:{user.pk}")
    return password


def deactivate(*, user: User, actor: User | None = None) -> None:
    """The account can no longer log in, its tokens no longer work; its events stay."""
    with transaction.atomic():
        last = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
        if user.role == Role.ADMINISTRATOR and not last.exists():
            raise Refused(_("This is the last administrator. Make another one first."))
        user.is_active = False
        user.save(update_fields=["is_active"])
        user.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
        record(verb="user.deactivated", actor=actor, subject=f"user:{user.pk}")


def create_token(*, name: str, user: User, scopes: list[str], actor: User | None = None) -> str:
    """The token, shown once; only its digest is kept. Raises Refused for a scope that does not exist."""
    unknown = sorted(set(scopes) - set(TOKEN_SCOPES))
    if unknown:
        raise Refused(
            _("No such scope: %(scope)s. There are: %(all)s.")
            % {"scope": ", ".join(unknown), "all": ", ".join(TOKEN_SCOPES)}
        )
    if ApiToken.objects.filter(name=name).exists():
        raise Refused(_("A token named %(name)s exists already.") % {"name": name})
    token = f"bh_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        row = ApiToken.objects.create(
            name=name, user=user, digest=sha256(token.encode()).hexdigest(), scopes=scopes or ["read"]
        )
        record(verb="token.created", actor=actor, subject=f"token:{row.pk}", user=user.pk)
    return token


def revoke_token(*, token: ApiToken, actor: User) -> None:
    with transaction.atomic():
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(verb="token.revoked", actor=actor, subject=f"token:{token.pk}")


def token_user(token: str, scope: str) -> User | None:
    """Whose token this is, when it may do `scope`."""
    row = (
        ApiToken.objects.select_related("user", "user__unit")
        .filter(digest=sha256(token.encode()).hexdigest(), revoked_at=None, user__is_active=True)
        .first()
    )
    if row is None or scope not in row.scopes:
        return None
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.user


def locked_out(*, username: str, address: str | None, now: datetime | None = None) -> bool:
    """Too many failures of late, for this name or from this address?"""
    since = (now or timezone.now()) - LOCKED_FOR
    recent = LoginAttempt.objects.filter(at__gte=since)
    if recent.filter(username__iexact=username).count() >= FAILURES:
        return True
    return bool(address) and recent.filter(address=address).count() >= FAILURES_AN_ADDRESS


def note_failure(*, username: str, address: str | None) -> None:
    """Count a failed login. The table is bounded by the lock-out and emptied after a day."""
    now = timezone.now()
    with transaction.atomic():
        LoginAttempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
        LoginAttempt.objects.create(at=now, username=username[:64], address=address)
        record(verb="login.failed", subject=digest(username)[:16])


def note_login(*, user: User) -> None:
    with transaction.atomic():
        LoginAttempt.objects.filter(username__iexact=user.username).delete()
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
        record(verb="login", actor=user, subject=f"user:{user.pk}")
