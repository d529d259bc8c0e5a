"""Draws of the demo branch: called by the marketing office, promised and opened by two parties."""

from datetime import datetime

from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.commitment import nonce_digest

from ..act import Holder, bring, call, promise
from ..models import Draw, DrawKind
from ..read.frames import areas_frame, areas_params, halls_frame, halls_params
from ..read.voice import voice_frame, voice_params

PARTIES = (("营销管理室", "liu_mei"), ("客服中心", "sun_yue"))
FRAMES = {
    DrawKind.VOICE: (voice_frame, voice_params),
    DrawKind.HALLS: (halls_frame, halls_params),
    DrawKind.AREAS: (areas_frame, areas_params),
}


def called(kind: DrawKind, year: int, quarter: int, unit: Unit, at: datetime) -> Draw:
    """The frame is closed; nobody has promised yet."""
    users = {user.username: user for user in User.objects.filter(username__in=dict(PARTIES).values())}
    holders = [Holder(name, users[username]) for name, username in PARTIES]
    frame, params = FRAMES[kind]
    return call(
        kind=kind,
        year=year,
        quarter=quarter,
        unit=unit,
        user=holders[0].account,
        frame=frame(unit, year, quarter),
        params=params(unit, year, quarter),
        parties=holders,
        at=at,
    )


def opened(kind: DrawKind, year: int, quarter: int, unit: Unit, since: datetime, at: datetime) -> Draw:
    """Each party does its part from its own account."""
    draw = called(kind, year, quarter, unit, since)
    accounts = [party.account for party in draw.parties.select_related("account") if party.account]
    secrets = {user: f"demo-{user.username}-{kind}-{year}Q{quarter}" for user in accounts}
    for user, secret in secrets.items():
        promise(draw=draw, user=user, digest=nonce_digest(secret), at=since)
    for user, secret in secrets.items():
        bring(draw=draw, user=user, nonce=secret, at=at)
    draw.refresh_from_db()
    return draw
