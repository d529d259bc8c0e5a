from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.organisation import Unit
from bihuan.kernel.models.people import Person


class Role(models.TextChoices):
    """What somebody may do is `rules.permissions`; which rows, `scope`."""

    ADMINISTRATOR = "administrator", _("administrator")
    DIRECTOR = "director", _("director")
    MANAGER = "manager", _("manager")
    OWNER = "owner", _("case owner")
    VIEWER = "viewer", _("viewer")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """An account. Accounts are deactivated, never deleted: events name them for good."""

    scope_path = "unit__path"

    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.VIEWER)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="users")
    person = models.OneToOneField(Person, models.SET_NULL, null=True, blank=True, related_name="user")
    superior = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, verbose_name=_("superior"), related_name="staff"
    )
    language = models.CharField(_("language"), max_length=16, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    """Density, hidden columns, saved views, shortcuts off: what only concerns this account."""
    is_active = models.BooleanField(_("active"), default=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name or self.username


class ApiToken(models.Model):
    """A bearer token: only its SHA-256 is kept; the token itself is shown once."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LoginAttempt(models.Model):
    """A failed login: counted by name and by address, deleted after a day."""

    at = models.DateTimeField(db_index=True)
    username = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")

    def __str__(self) -> str:
        return f"{self.username} {self.at:%F %T}"
