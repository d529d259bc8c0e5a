import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bihuan.web.api.version1 import api


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Every route, to try out; its scripts come from this house."""
    swagger = {"layout": "BaseLayout", "deepLinking": True, "url": reverse("api:openapi-json")}
    context = {"swagger_settings": json.dumps(swagger), "api": api(), "add_csrf": False}
    return render(request, "ninja/swagger.html", context)
