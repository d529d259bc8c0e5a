"""Commands of customer equity: models from files, without database and Django."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def fit(args: argparse.Namespace) -> int:
    from bihuan.systems.equity.cli import fit as fitted

    found = fitted(Path(args.file), args.model, args.end)
    lines = [
        f"{found['model']}: log-likelihood {found['log_likelihood']:.4f}, {found['customers']} customers"
    ]
    for name, value in found["parameters"].items():
        error = found["standard_errors"][name]
        lines.append(f"{name:>6} {value:.6f}" + (f"  (se {error:.6f})" if error is not None else ""))
    if not found["converged"]:
        lines.append(f"not converged: {found['message']}")
    return _print(found, lines, as_json=args.json)


def score(args: argparse.Namespace) -> int:
    from bihuan.systems.equity.cli import score as scored

    found = scored(Path(args.file), args.months, args.rate, args.model, args.end)
    best = sorted(found["customers"], key=lambda row: -row["value"])[:10]
    lines = [f"{len(found['customers'])} customers, equity {found['equity']:.2f} over {args.months} months"]
    lines += [f"{row['customer']}  alive {row['alive']:.3f}  value {row['value']:.2f}" for row in best]
    return _print(found, lines, as_json=args.json)


def switching(args: argparse.Namespace) -> int:
    from bihuan.systems.equity.cli import switch

    found = switch(Path(args.file))
    lines = [
        f"{brand}: equity {found['equity'][brand]:.2f}, equity share {100 * share:.2f} %,"
        f" market share {100 * found['market_share'][brand]:.2f} %"
        for brand, share in found["equity_share"].items()
    ]
    lines += [f"return on marketing {found['return']:.3f}"] if "return" in found else []
    return _print(found, lines, as_json=args.json)


def rfm(args: argparse.Namespace) -> int:
    """The same expression whatever the engine."""
    import os

    from bihuan.environment import Environment
    from bihuan.telemetry.engines import engine
    from bihuan.telemetry.rfm import summary

    running = engine(Environment.read(os.environ).engine)
    try:
        count = running.write(summary(), {"orders": Path(args.file)}, Path(args.to))
    finally:
        running.close()
    return _print({"customers": count, "file": args.to}, [f"{args.to}: {count} customers"], as_json=args.json)


def _print(found: dict[str, Any], lines: list[str], *, as_json: bool) -> int:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if as_json else "\n".join(lines) + "\n")
    return 0
