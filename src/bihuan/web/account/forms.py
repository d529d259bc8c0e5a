from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import User

LONGEST_PASSWORD = 256
"""A hash of a megabyte is a way to keep the machine busy."""


class LoginForm(forms.Form):
    username = forms.CharField(label=_("User name"), max_length=64)
    password = forms.CharField(
        label=_("Password"), max_length=LONGEST_PASSWORD, strip=False, widget=forms.PasswordInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}


class NewPasswordForm(forms.Form):
    """A password that `user` may set; the two entries must agree."""

    password = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; not your name, not a common word."),
    )
    again = forms.CharField(
        label=_("The same again"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "password" in data and data["password"] != data.get("again"):
            self.add_error("again", ValidationError(_("The two entries differ.")))
        return data


class ChangePasswordForm(NewPasswordForm):
    current = forms.CharField(
        label=_("Current password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise ValidationError(_("This is not the current password."))
        return current


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the installation")), *settings.LANGUAGES]
    )
    keys_off = forms.BooleanField(label=_("Keyboard shortcuts off"), required=False)
    sound = forms.BooleanField(
        label=_("A tone for a new alarm or notice"),
        required=False,
        help_text=_("on open pages that are live, after the first click or key"),
    )
