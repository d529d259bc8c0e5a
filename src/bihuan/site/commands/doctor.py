"""`bihuan doctor`: what is wrong here, and what to do about it."""

import argparse
import os
from dataclasses import asdict

from bihuan.environment import Environment
from bihuan.site.ready import answer, setup


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when something is wrong."""
    setup()
    from bihuan.site.doctor.examine import examine

    findings = examine(Environment.read(os.environ))
    lines = [
        f"{'ok ' if finding.ok else 'BAD'}  {finding.check:<11} {finding.detail}"
        + (f"\n                 → {finding.cure}" if finding.cure else "")
        for finding in findings
    ]
    bad = sum(not finding.ok for finding in findings)
    answer({"ok": not bad, "findings": [asdict(finding) for finding in findings]}, lines, as_json=args.json)
    return 1 if bad else 0
