"""Commands of the instruments that need neither database nor Django."""

import argparse


def replay(args: argparse.Namespace) -> int:
    from bihuan.systems.instruments.replay import command

    return command(args.transcripts)
