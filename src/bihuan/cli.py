"""The command `bihuan`: reads arguments, imports only the function that was chosen."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from bihuan import __version__
from bihuan.commands import COMMANDS
from bihuan.commands.spec import Command
from bihuan.inputs import BadInput

FAILED, BAD_INPUT = 1, 2
Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is one `--help` away."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {' '.join(message.split())} (see {self.prog} --help)\n")


class Missing(Exception):
    """A command is declared, but this installation lacks its function."""


def parser(commands: Sequence[Command] = COMMANDS) -> argparse.ArgumentParser:
    root = Parser(prog="bihuan", description="Customer operations as closed loops.", allow_abbrev=False)
    root.add_argument("--version", action="version", version=f"bihuan {__version__}")
    add_commands(root, commands)
    return root


def add_commands(parent: argparse.ArgumentParser, commands: Sequence[Command]) -> None:
    places = parent.add_subparsers(metavar="COMMAND", required=True)
    for command in commands:
        text = command.help
        own = places.add_parser(command.name, help=text, description=text, allow_abbrev=False)
        own.set_defaults(target=command.target)
        for argument in command.arguments:
            own.add_argument(*argument.names, **argument.options)
        if command.children:
            add_commands(own, command.children)


def load(target: str) -> Run:
    """Import `module:function`. Raises Missing when there is no such module or function."""
    name, _, function = target.partition(":")
    try:
        run: Run = getattr(import_module(name), function)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise Missing(f"this installation has no module {error.name}") from None
        raise
    except AttributeError:
        raise Missing(f"this installation has no {target}") from None
    return run


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 2 bad usage or bad input, 1 failure."""
    try:
        args = parser().parse_args(argv)
        code = load(args.target)(args)
        sys.stdout.flush()
        return code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED if stop.code else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has gone: Python's last flush goes nowhere
        return FAILED
    except KeyboardInterrupt:
        return complain("stopped", 130)
    except Exception as error:
        told = words_for(error)
        if told is None:
            raise
        return complain(*told)


def words_for(error: Exception) -> tuple[str, int] | None:
    """What a user is told, and the exit code; None for a fault of ours, which shows its traceback."""
    if isinstance(error, BadInput):
        return str(error), BAD_INPUT
    if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
        return f"{error.filename}: {error.strerror}", BAD_INPUT
    if isinstance(error, Missing):
        return str(error), FAILED
    if type(error).__module__.startswith("django.db."):
        return f"the database refuses: {' '.join(str(error).split())}; `bihuan doctor` names the cure", FAILED
    return None


def complain(message: str, code: int) -> int:
    print(f"bihuan: {message}", file=sys.stderr)
    return code
