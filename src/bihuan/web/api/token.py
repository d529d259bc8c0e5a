"""Bearer tokens: whose they are, and what they may do."""

from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer

from bihuan.kernel.act.access import token_user
from bihuan.kernel.models import User


class Token(HttpBearer):
    """`request.auth` becomes the account; its units limit every answer."""

    openapi_description = "API token, made by `bihuan token create NAME --scope …`"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = token_user(token, self.scope)
        if user is not None and user.language:
            translation.activate(user.language)
        return user


reading = Token("read")
changing = Token("cases")


def owner(request: HttpRequest) -> User:
    """The account of the token that let this request in."""
    user = getattr(request, "auth", None)
    if not isinstance(user, User):
        raise TypeError("this route asks for no token")
    return user
