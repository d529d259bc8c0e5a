from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from ninja.openapi.docs import Swagger

from bihuan.web.api.version1 import api


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Every route, to try out; its scripts come from this house."""
    return Swagger().render_page(request, api())
