"""`bihuan simulate instruments`: terminals as real clients of the gateway; needs no database."""

import argparse
import os
import sys
from zoneinfo import ZoneInfo

from bihuan.environment import Environment
from bihuan.inputs import BadInput
from bihuan.site.ready import answer
from bihuan.systems.instruments.fleet.acts import FAULTS
from bihuan.systems.instruments.fleet.link import Server
from bihuan.systems.instruments.fleet.simulate import CONNECTIONS, Plan, simulate


def run(args: argparse.Namespace) -> int:
    """Raises BadInput."""
    plan = plan_of(args, Environment.read(os.environ))
    print(f"bihuan: terminals talk to {plan.server.host}:{plan.server.port}", file=sys.stderr, flush=True)
    result = simulate(plan)
    latency = result["latency_ms"]
    sent = sum(result["sent"].values())
    lines = [
        f"{result['terminals']} terminals, {result['seconds']} s: {sent} messages sent, "
        f"{result['acknowledged']} acknowledged, {result['lost_on_purpose']} lost on purpose, "
        f"{result['dropped']} dropped, {result['failures']} failed connections",
        f"acknowledged after {latency['p50']} ms (p50), {latency['p99']} ms (p99)",
    ]
    answer(result, lines, as_json=args.json)
    return 0


def plan_of(args: argparse.Namespace, environment: Environment) -> Plan:
    return Plan(
        server=Server(args.host or environment.gateway_host, args.port or environment.gateway_port),
        zone=ZoneInfo(environment.time_zone),
        home=environment.home if args.terminals is None else None,
        terminals=args.terminals if args.terminals or args.rate is None else 30,
        rate=args.rate,
        seconds=args.seconds,
        seed=args.seed,
        faults=faults(args.faults, load=args.rate is not None),
        connections=args.connections or CONNECTIONS,
    )


def faults(text: str | None, *, load: bool) -> frozenset[str]:
    """A laboratory has all of them, a load none, unless named."""
    if text is None:
        return frozenset() if load else frozenset(FAULTS)
    chosen = frozenset(text.replace(",", " ").split()) - {"none"}
    if unknown := sorted(chosen - frozenset(FAULTS)):
        raise BadInput(f"--faults: {unknown[0]} is not one of {', '.join(FAULTS)}, none")
    return chosen
