"""Logging a contact with a customer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from ..act.contacts import log_contact
from ..forms import ContactForm
from .frame import crumbs


def new(request: HttpRequest) -> HttpResponse:
    """From a customer's page its number is filled in, and the way back leads there."""
    user = need(request, "handle")
    key = request.GET.get("customer", "")
    rows = visible(user, Customer.objects.filter(erased_at=None))
    customer = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 16 else None
    form = ContactForm(request.POST or None, user=user, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            row = log_contact(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Logged: %(name)s") % {"name": row})
            return redirect("customer", row.customer_id)
    context = {
        "form": form,
        "editable": True,
        "heading": _("Log a contact"),
        "back": reverse("customer", args=[customer.pk]) if customer else reverse("equity:cares"),
        "crumbs": crumbs("equity:cares", _("Key customers and executives"), _("Log a contact")),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)
