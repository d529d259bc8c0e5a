"""The fields that people edit, each list of choices cut to the user's units."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Card, Customer, Person, Place, Region, Unit, User
from bihuan.kernel.models.tree import Tree
from bihuan.kernel.scope import visible
from bihuan.web.listing.transfer.fields import Wrong
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
        fields = ("number", "name", "kind", "unit", "email", "phone")


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


def not_below_itself(form: RecordForm) -> Tree | None:
    parent: Tree | None = form.cleaned_data["parent"]
    if parent and form.instance.pk and parent.path.startswith(form.instance.path):
        raise forms.ValidationError(gettext("It cannot lie below itself."))
    return parent
