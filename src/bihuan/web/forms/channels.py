"""Forms of a person's channels and of a unit's chat room."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Channel, ChannelKind, Unit, User
from bihuan.kernel.rules.chats import LONGEST_ADDRESS, signs
from bihuan.kernel.scope import visible
from bihuan.web.account.ways import shown_address

HOURS = [(hour, f"{hour:02d}:00") for hour in range(6, 22)]


class MannerForm(forms.Form):
    manner = forms.ChoiceField(
        label=_("how"),
        choices=[
            (Channel.Manner.AT_ONCE, _("at once, in working hours")),
            (Channel.Manner.DIGEST, _("gathered, once a working day")),
        ],
        help_text=_("Serious things always come at once."),
    )
    hour = forms.TypedChoiceField(label=_("gathered at"), choices=HOURS, coerce=int, initial=9)
    active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, channel: Channel | None = None) -> None:
        kept = {"manner": channel.manner, "hour": channel.hour, "active": channel.active} if channel else {}
        super().__init__(data, initial=kept)

    def keep(self, channel: Channel) -> None:
        for name in ("manner", "hour", "active"):
            setattr(channel, name, self.cleaned_data[name])


class AddressForm(forms.Form):
    """Address and secret are never filled in again: empty keeps what there is."""

    name = forms.CharField(
        label=_("name"), max_length=40, help_text=_("what you call the chat; no name of a person")
    )
    address = forms.CharField(
        label=_("address of the robot"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=pgettext_lazy("robot", "secret"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("where the robot asks for a signature: DingTalk, Feishu, Lark, JSON webhook"),
    )

    def adapt(self, channel: Channel | None) -> None:
        """Say in a form for a channel that is there what an empty field means."""
        if channel is None:
            self.fields["address"].help_text = gettext(
                "Copy it whole from the robot's settings. It cannot be shown again afterwards."
            )
            return
        self.initial["name"] = channel.name
        self.fields["address"].required = False
        self.fields["address"].help_text = gettext("empty: %(shown)s stays") % {
            "shown": shown_address(channel)
        }
        if channel.secret:
            self.fields["secret"].help_text = gettext("empty: the secret stays")
        if not signs(channel.kind):
            del self.fields["secret"]


class ChatForm(AddressForm, MannerForm):
    field_order = ("name", "address", "secret", "manner", "hour", "active")

    def __init__(self, data: Any = None, *, channel: Channel | None = None) -> None:
        super().__init__(data, channel=channel)
        self.adapt(channel)

    def keep(self, channel: Channel) -> None:
        super().keep(channel)
        channel.name = self.cleaned_data["name"]


class RoomForm(AddressForm):
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    below = forms.BooleanField(
        label=_("also what happens in units below"),
        required=False,
        initial=True,
        help_text=_("With the topmost unit this is the room of the whole house."),
    )
    active = forms.BooleanField(label=_("in use"), required=False, initial=True)
    field_order = ("unit", "below", "name", "address", "secret", "active")

    def __init__(self, data: Any = None, *, user: User, channel: Channel | None = None) -> None:
        kept = {"unit": channel.unit, "below": channel.below, "active": channel.active} if channel else {}
        super().__init__(data, initial=kept or {"unit": user.unit})
        self.fields["unit"].queryset = visible(user, Unit.objects.all())  # type: ignore[attr-defined]
        self.adapt(channel)

    def keep(self, channel: Channel) -> None:
        for name in ("unit", "below", "name", "active"):
            setattr(channel, name, self.cleaned_data[name])


class AllowForm(forms.Form):
    base = forms.CharField(
        label=_("address begins with"),
        max_length=300,
        help_text=_("such as https://hooks.example.org/in/: everything below it may be called"),
    )
    note = forms.CharField(label=_("what for"), max_length=120, required=False)


def form_of(channel: Channel, data: Any = None) -> MannerForm:
    """The form of a person's channel."""
    return (MannerForm if channel.kind == ChannelKind.MAIL else ChatForm)(data, channel=channel)
