from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bihuan.kernel import live_token
from bihuan.web.client import live_origin
from bihuan.web.views.signed_in import me


@never_cache
@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """Where the stream is and a proof for ten minutes; the page asks again before they are over."""
    made = live_token.make(me(request), get_language() or "")
    query = urlencode({"token": made, "topics": request.GET.get("topics", "")}, safe=",")
    return JsonResponse(
        {
            "url": f"{live_origin(request)}{live_token.PATH}?{query}",
            "token": made,
            "expires": (timezone.now() + timedelta(seconds=live_token.LIVES_S)).isoformat(),
            "expires_s": live_token.LIVES_S,
        }
    )
