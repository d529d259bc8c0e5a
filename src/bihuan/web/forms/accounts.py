"""Inviting, changing, resetting and deactivating accounts; API tokens. Secrets are shown once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.kernel.act import access
from bihuan.kernel.act.records import keep
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Role, Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm
from bihuan.web.listing.access import user_of


class AccountForm(RecordForm):
    class Meta:
        model = User
        fields = ("name", "role", "unit", "superior", "email", "is_active")
        labels = {"name": pgettext_lazy("person", "name")}

    def clean(self) -> dict[str, Any] | None:
        """The last administrator stays one, and active."""
        given = super().clean() or {}
        was = User.objects.filter(pk=self.instance.pk, role=Role.ADMINISTRATOR, is_active=True).exists()
        stays = given.get("role") == Role.ADMINISTRATOR and given.get("is_active")
        others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=self.instance.pk)
        if was and not stays and not others.exists():
            raise forms.ValidationError(gettext("This is the last administrator. Make another one first."))
        if given.get("superior") == self.instance:
            self.add_error("superior", gettext("Nobody is his own superior."))
        return given


class InviteForm(forms.Form):
    username = forms.CharField(label=_("user name"), max_length=64)
    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=80)
    role = forms.ChoiceField(label=_("role"), choices=Role.choices, initial=Role.VIEWER)
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    superior = forms.ModelChoiceField(label=_("superior"), queryset=User.objects.none(), required=False)
    email = forms.EmailField(label=_("e-mail"), required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={"unit": user.unit})
        self.fields["unit"].queryset = visible(user, Unit.objects.all())  # type: ignore[attr-defined]
        self.fields["superior"].queryset = visible(user, User.objects.filter(is_active=True))  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=64, help_text=_("what or who will use it"))
    user = forms.ModelChoiceField(label=_("acts as"), queryset=User.objects.none())
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=[(scope, scope) for scope in access.TOKEN_SCOPES],
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.fields["user"].queryset = visible(user, User.objects.filter(is_active=True))  # type: ignore[attr-defined]


@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    actor = user_of(request, "accounts")
    form = InviteForm(request.POST or None, user=actor)
    if request.method == "POST" and form.is_valid():
        try:
            user, _password = access.create_user(actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("username", str(refusal.message))
        else:
            return invitation_of(request, user, actor)
    return form_page(request, form, gettext("Invite"), reverse("accounts"))


def invitation_of(request: HttpRequest, user: User, actor: User) -> HttpResponse:
    """The link works once and without e-mail: it is shown here and nowhere else."""
    link = request.build_absolute_uri(access.invitation(user=user, actor=actor))
    text = gettext("Invitation of %(name)s. Whoever opens the link first sets the password.")
    return once(request, link, text % {"name": user}, reverse("accounts"))


def once(request: HttpRequest, secret: str, text: str, back: str) -> HttpResponse:
    context = {"secret": secret, "text": text, "back": back, "crumbs": crumbs(gettext("Shown once"))}
    return render(request, "web/lists/once.html", context)


def crumbs(last: str) -> list[dict[str, str]]:
    return [{"title": gettext("Accounts"), "url": reverse("accounts")}, {"title": last}]


def form_page(
    request: HttpRequest, form: forms.BaseForm, heading: str, back: str, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "editable": True,
        "back": back,
        "crumbs": crumbs(heading),
        **more,
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = user_of(request, "accounts")
    row = get_object_or_404(visible(actor, User.objects.all()), pk=pk)
    form = AccountForm(request.POST or None, instance=row, user=actor)
    if request.method == "POST" and form.is_valid():
        changed = form.save(commit=False)
        if "is_active" in form.changed_data and not changed.is_active:
            access.deactivate(user=User.objects.get(pk=row.pk), actor=actor)
        keep(row=changed, user=actor, fields=form.changed_data)
        messages.success(request, gettext("Saved: %(name)s") % {"name": row})
        return HttpResponseRedirect(reverse("accounts"))
    return form_page(request, form, row.username, reverse("accounts"), account=row)


@never_cache
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh invitation link, or a new random password: for who has lost both."""
    actor = user_of(request, "accounts")
    row = get_object_or_404(visible(actor, User.objects.filter(is_active=True)), pk=pk)
    if request.POST.get("what") == "reset":
        text = gettext("New password of %(name)s. It is not kept anywhere.") % {"name": row}
        return once(request, access.reset(user=row, actor=actor), text, reverse("accounts"))
    return invitation_of(request, row, actor)


@never_cache
def token(request: HttpRequest) -> HttpResponse:
    actor = user_of(request, "accounts")
    form = TokenForm(request.POST or None, user=actor)
    if request.method == "POST" and form.is_valid():
        try:
            secret = access.create_token(actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal.message))
        else:
            text = gettext("API token %(name)s. Only its digest is kept.") % form.cleaned_data
            return once(request, secret, text, reverse("tokens"))
    return form_page(request, form, gettext("New token"), reverse("tokens"))
