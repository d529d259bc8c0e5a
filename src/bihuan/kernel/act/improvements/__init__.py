"""Everything that changes an improvement."""

from bihuan.kernel.act.improvements.cluster import cluster
from bihuan.kernel.act.improvements.effect import conclude
from bihuan.kernel.act.improvements.propose import link, propose, unlink
from bihuan.kernel.act.improvements.remedies import add_remedy, drop_remedy, finish_remedy
from bihuan.kernel.act.improvements.remind import fire, fire_remedy
from bihuan.kernel.act.improvements.run import comment, drop, finish, go_on, plan, start

__all__ = [
    "add_remedy",
    "cluster",
    "comment",
    "conclude",
    "drop",
    "drop_remedy",
    "finish",
    "finish_remedy",
    "fire",
    "fire_remedy",
    "go_on",
    "link",
    "plan",
    "propose",
    "start",
    "unlink",
]
