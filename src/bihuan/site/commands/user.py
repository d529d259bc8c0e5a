"""`bihuan user invite|reset|deactivate`: accounts without a browser and without e-mail."""

import argparse
from typing import TYPE_CHECKING

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup

if TYPE_CHECKING:
    from bihuan.kernel.models import User


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.kernel.act.refusal import Refused

    try:
        return {"invite": invite, "reset": reset, "deactivate": deactivate}[args.action](args)
    except Refused as error:
        raise BadInput(str(error.message)) from None


def invite(args: argparse.Namespace) -> int:
    from django.conf import settings

    from bihuan.kernel.act.access import create_user, invitation
    from bihuan.kernel.models import Role, Unit

    role = args.role or Role.VIEWER
    if role not in Role.values:
        raise BadInput(f"--role: {role} is not one of {', '.join(Role.values)}")
    unit = (
        Unit.objects.filter(code=args.unit).first() if args.unit else Unit.objects.filter(parent=None).first()
    )
    if unit is None:
        raise BadInput(f"--unit: there is no unit {args.unit or ''}: give the code of one")
    user, password = create_user(
        username=args.name, name=args.name, role=role, unit=unit, email=args.email or ""
    )
    of = settings.ENVIRONMENT
    link = f"{of.url or f'http://{of.host}:{of.port}'}{invitation(user=user)}"
    lines = [f"{user.username} {password}", f"or let them choose a password themselves: {link}"]
    answer({"username": user.username, "password": password, "link": link}, lines, as_json=args.json)
    return 0


def reset(args: argparse.Namespace) -> int:
    from bihuan.kernel.act import access

    user = _find(args.name)
    password = access.reset(user=user)
    answer(
        {"username": user.username, "password": password}, [f"{user.username} {password}"], as_json=args.json
    )
    return 0


def deactivate(args: argparse.Namespace) -> int:
    from bihuan.kernel.act import access

    user = _find(args.name)
    access.deactivate(user=user)
    answer(
        {"username": user.username, "active": False}, [f"{user.username} is deactivated"], as_json=args.json
    )
    return 0


def _find(name: str) -> "User":
    from bihuan.kernel.models import User

    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        raise BadInput(f"there is no user {name}")
    return user
