"""The fields that people edit, each list of choices cut to the user's units."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import (
    Card,
    Cause,
    Customer,
    Person,
    Place,
    Post,
    Region,
    Rung,
    Unit,
    User,
)
from bihuan.kernel.models.tree import Tree
from bihuan.kernel.scope import visible
from bihuan.web.listing.transfer.fields import Wrong
from bihuan.web.lists.causes import keywords
from bihuan.web.lists.duty import Options, ladder_choices, post_choices, told_choices
from bihuan.web.lists.numbers import card_number

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class RecordForm(ModelForm):
    """Relations offer what the user may see, and nothing else is accepted."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = visible(user, field.queryset)


class PersonForm(RecordForm):
    class Meta:
        model = Person
        fields = ("number", "name", "unit", "customer", "email", "phone", "active")
        labels = {"name": pgettext_lazy("person", "name")}


class CardForm(RecordForm):
    person = forms.CharField(label=_("staff number"), help_text=_("of the person who holds the card"))
    spellings = forms.CharField(
        label=_("other spellings"),
        required=False,
        help_text=_("as terminals may send them, separated by blanks"),
    )

    class Meta:
        model = Card
        fields = ("number", "person", "spellings", "blocked")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk:
            self.initial["person"] = self.instance.person.number
            self.initial["spellings"] = " ".join(self.instance.spellings)

    def clean_number(self) -> str:
        try:
            return card_number(self.cleaned_data["number"])
        except Wrong as fault:
            raise forms.ValidationError(str(fault)) from None

    def clean_person(self) -> Person:
        people = visible(self.user, Person.objects.filter(erased_at=None))
        found = people.filter(number=self.cleaned_data["person"].strip()).first()
        if found is None:
            raise forms.ValidationError(gettext("No person of your units has this staff number."))
        return found

    def clean_spellings(self) -> list[str]:
        return str(self.cleaned_data["spellings"]).split()


class PlaceForm(RecordForm):
    class Meta:
        model = Place
        fields = ("code", "name", "floor", "unit", "region")


class CustomerForm(RecordForm):
    class Meta:
        model = Customer
        fields = ("number", "name", "kind", "segment", "unit", "email", "phone")
        help_texts = {"segment": _("your own class of customers, such as a kind of card; empty: not known")}


class UnitForm(RecordForm):
    class Meta:
        model = Unit
        fields = ("code", "name", "parent")
        labels = {"parent": _("parent unit")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        top = self.instance.pk and (self.instance.parent_id is None or self.instance.pk == user.unit_id)
        self.fields["parent"].required = not top
        self.fields["parent"].disabled = bool(top)

    def clean_parent(self) -> Tree | None:
        return not_below_itself(self)


class RegionForm(RecordForm):
    class Meta:
        model = Region
        fields = ("code", "name", "parent")
        labels = {"parent": _("parent region")}

    def clean_parent(self) -> Tree | None:
        return not_below_itself(self)


class CauseForm(RecordForm):
    class Meta:
        model = Cause
        fields = ("code", "name", "parent", "keywords", "active")
        labels = {"parent": _("parent cause")}
        help_texts = {"keywords": _("One word or phrase a line: a text that holds one suggests this cause.")}
        widgets = {"keywords": forms.Textarea(attrs={"rows": 5})}

    def clean_parent(self) -> Tree | None:
        return not_below_itself(self)

    def clean_keywords(self) -> str:
        return keywords(self.cleaned_data["keywords"])


class RungForm(RecordForm):
    percent = forms.IntegerField(
        label=_("limit used, %"),
        min_value=0,
        max_value=100,
        help_text=_("100: the due time itself and later"),
    )

    class Meta:
        model = Rung
        fields = ("system", "percent", "days_late", "tells", "active")

    field_order = ("system", "percent", "days_late", "tells", "active")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["system"] = forms.ChoiceField(
            label=_("system"), required=False, choices=capitalised(ladder_choices())
        )
        self.fields["tells"] = forms.ChoiceField(label=_("who is told"), choices=capitalised(told_choices()))
        self.fields["percent"].initial = int(self.instance.used * 100)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        used = Decimal(given.get("percent") or 0) / 100
        if given.get("days_late") and used < 1:
            self.add_error("percent", gettext("A step after the due time has 100 %."))
        same = Rung.objects.filter(
            system=given.get("system", ""),
            used=used,
            days_late=given.get("days_late") or 0,
            tells=given.get("tells", ""),
        )
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("This step is there already."))
        self.instance.used = used
        return given


class PostForm(RecordForm):
    class Meta:
        model = Post
        fields = ("key", "unit", "user")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["key"] = forms.ChoiceField(label=_("post"), choices=capitalised(post_choices()))
        accounts: Any = self.fields["user"]
        accounts.queryset = accounts.queryset.filter(is_active=True).order_by("name")
        for name in ("key", "unit") if self.instance.pk else ():
            self.fields[name].disabled = True


def capitalised(options: Options) -> Options:
    return [(key, capfirst(str(words))) for key, words in options]


def not_below_itself(form: RecordForm) -> Tree | None:
    parent: Tree | None = form.cleaned_data["parent"]
    if parent and form.instance.pk and parent.path.startswith(form.instance.path):
        raise forms.ValidationError(gettext("It cannot lie below itself."))
    return parent
