"""Links between documents: every relative link and #heading in a committed .md file leads somewhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.proc import ROOT

LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href)="([^"]+)\"""")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def documents(root: Path = ROOT) -> list[Path]:
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [root / name for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file()]


def faults(document: Path, root: Path = ROOT) -> Iterator[str]:
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    for match in LINK.finditer(text):
        link = unquote(match.group(1) or match.group(2))
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, heading = link.partition("#")
        target = (root / name.lstrip("/") if name.startswith("/") else document.parent / name).resolve()
        if name and not target.exists():
            yield f"{document.relative_to(root)}: {link} leads nowhere"
        elif heading and not has_heading(target if name else document, heading):
            yield f"{document.relative_to(root)}: {link}: no heading of that name"


def has_heading(document: Path, wanted: str) -> bool:
    if document.suffix != ".md":
        return True
    text = re.sub(
        r"^(```|~~~).*?^\1", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return wanted in {anchor(line) for line in re.findall(r"^#+\s+(.*)$", text, re.MULTILINE)}


def anchor(heading: str) -> str:
    """The fragment that code hosts give a heading: lower case, signs dropped, blanks to hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def main() -> int:
    found = [fault for document in documents() for fault in faults(document)]
    print("\n".join(found) or "every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
