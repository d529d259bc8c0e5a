import argparse

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup


def run(args: argparse.Namespace) -> int:
    """An API token for the first active administrator, or for the user of the same name."""
    setup()
    from bihuan.kernel.act.access import create_token
    from bihuan.kernel.act.refusal import Refused
    from bihuan.kernel.models import Role, User

    active = User.objects.filter(is_active=True)
    user = active.filter(username__iexact=args.name).first() or active.filter(role=Role.ADMINISTRATOR).first()
    if user is None:
        raise BadInput("there is no active administrator: run `bihuan init`")
    try:
        token = create_token(name=args.name, user=user, scopes=args.scope or ["read"])
    except Refused as error:
        raise BadInput(str(error.message)) from None
    answer({"name": args.name, "user": user.username, "token": token}, [token], as_json=args.json)
    return 0
