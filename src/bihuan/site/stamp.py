"""Has this data folder been prepared for this version of the code? Answered without Django.

The stamp names the migrations that were applied; a new version brings new ones and is
prepared again, a warm start goes straight on.
"""

from hashlib import sha256
from pathlib import Path

from bihuan import __version__
from bihuan.environment import Environment

PACKAGE = Path(__file__).parents[1]


def wanted(environment: Environment, *, demo: bool) -> str:
    names = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.glob("**/migrations/0*.py"))
    state = [__version__, environment.database_url, ",".join(environment.systems), str(demo), *names]
    return sha256("\n".join(state).encode()).hexdigest()


def fresh(environment: Environment, *, demo: bool) -> bool:
    path = environment.home / "run" / "prepared"
    if not path.exists():
        return False
    if environment.database_url.startswith("sqlite") and not (environment.home / "control.sqlite3").exists():
        return False
    return wanted(environment, demo=demo) in path.read_text().split()


def mark(environment: Environment, *, demo: bool) -> None:
    path = environment.home / "run" / "prepared"
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = {wanted(environment, demo=False), wanted(environment, demo=demo)}
    path.write_text("\n".join(sorted(marks)))
