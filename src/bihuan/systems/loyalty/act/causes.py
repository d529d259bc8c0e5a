"""“Policy” is a cause of its own: the front line did as it was told, and that was the fault."""

from bihuan.kernel.models import Cause

POLICY = "POLICY"
KEYWORDS = "规定\n制度\n政策\n不允许\npolicy\nnot allowed"


def seed() -> None:
    Cause.objects.get_or_create(code=POLICY, defaults={"name": "政策规定 Policy", "keywords": KEYWORDS})
