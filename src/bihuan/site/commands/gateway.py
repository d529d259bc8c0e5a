"""`bihuan gateway`: the field intake process alone."""

import argparse
import logging
import os
import sys

from bihuan.environment import Environment, Variables
from bihuan.gateway.bounds import Bounds


def run(args: argparse.Namespace) -> int:
    """Raises BadInput."""
    from bihuan.gateway.server import serve

    of = Environment.read(os.environ)
    bounds = Bounds.read(os.environ)
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    name = Variables(os.environ).text("GATEWAY_NAME", "gateway")
    return serve(of.home, of.database_url, of.gateway_host, of.gateway_port, name, bounds)
