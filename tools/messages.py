"""Texts of the pages: python tools/messages.py extract | check | compile.

A text (msgid) is English and is found in code by Babel, in templates by Django. Its Chinese stands in the
locale folder of the app that uses it. extract adds what is missing and removes what is gone, compile writes
the .mo files.
"""

import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tools.proc import ROOT

SOURCES = ROOT / "src/bihuan"
LANGUAGE = "zh_Hans"
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
SINGULAR = ("gettext", "gettext_lazy", "gettext_noop", "_")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(SINGULAR),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0+]*\d*(?:\.\d+)?([sdifgexr])")
BRACE = re.compile(r"\{(\w*)(?:![rsa])?(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Text:
    """One msgid as it stands in a source."""

    text: str
    plural: str | None = None
    context: str | None = None
    where: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def po_path(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def apps(sources: Path) -> list[Path]:
    rooms = [sources / name for name in ("kernel", "web", "site")]
    systems = sorted(path for path in sources.glob("systems/*") if (path / "__init__.py").exists())
    return [room for room in rooms if room.is_dir()] + systems


def texts(app: Path) -> Iterator[Text]:
    """Every use, in the order of files and lines."""
    for path in sorted(app.rglob("*")):
        parts = path.relative_to(app).parts
        if {"tests", "locale", "static"} & set(parts) or not path.is_file():
            continue
        if path.suffix == ".py":
            yield from in_code(path.read_bytes(), path)
        elif "templates" in parts and path.suffix in {".html", ".txt", ".svg", ".xml"}:
            yield from in_code(template_code(path), path)


def template_code(path: Path) -> bytes:
    """What Django's own extractor makes of a template; its indentation would trip a tokenizer of Python."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in code.splitlines()).encode()


def in_code(source: bytes, path: Path) -> Iterator[Text]:
    options = {"encoding": "utf-8"}
    for line, words, _, context in babel_extract("python", io.BytesIO(source), KEYWORDS, options=options):
        text, plural = words if isinstance(words, tuple) else (words, None)
        where = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}"
        yield Text(text, plural, context, where)


def wanted(app: Path) -> dict[tuple[str | None, str], Text]:
    """First use of each msgid; the form with a plural wins."""
    found: dict[tuple[str | None, str], Text] = {}
    for text in texts(app):
        if text.text and (text.key not in found or (text.plural and not found[text.key].plural)):
            found[text.key] = text
    return found


def stored(content: str) -> Catalog:
    return read_po(io.StringIO(content), locale=LANGUAGE, abort_invalid=True)


def entries(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    return {(one.context, ids(one)[0]): one for one in catalog if one.id}


def ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def translations(message: Message) -> tuple[str, ...]:
    found = message.string
    return tuple(found) if isinstance(found, (tuple, list)) else (found or "",)


def faults(app: Path) -> Iterator[str]:
    """One line for each text that a reader of Chinese would not see, or would see wrong."""
    path = po_path(app)
    content = path.read_text(encoding="utf-8") if path.exists() else HEADER
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    catalog, needed = stored(content), wanted(app)
    have = entries(catalog)
    for key, text in needed.items():
        message = have.get(key)
        if message is None or not all(translations(message)):
            yield f"{text.where}: {text.text!r} has no Chinese in {name}"
        elif text.plural and len(ids(message)) < 2:
            yield f"{text.where}: {text.text!r} has a plural form, its entry in {name} has none"
    for key, message in have.items():
        if key not in needed:
            yield f"{name}: {ids(message)[0]!r} is used nowhere"
        if message.fuzzy:
            yield f"{name}: {ids(message)[0]!r} is marked fuzzy"
        yield from (f"{name}: {fault}" for fault in placeholder_faults(message))
    if re.search(r"^#~", content, re.MULTILINE):
        yield f"{name}: holds obsolete entries (#~)"


def placeholder_faults(message: Message) -> Iterator[str]:
    expected = placeholders(ids(message)[-1])
    for translation in translations(message):
        if translation and placeholders(translation) != expected:
            yield f"{ids(message)[0]!r} → {translation!r}: placeholders differ"


def placeholders(text: str) -> list[str]:
    plain = text.replace("%%", "")
    percent = [f"%({name}){kind}" for name, kind in PERCENT.findall(plain)]
    return sorted(percent + [f"{{{name}}}" for name in BRACE.findall(plain)])


def extract(app: Path) -> str | None:
    """The app's file with missing texts added at the end and gone ones removed; None when it stays the same.

    The other entries stay as they were written, byte by byte.
    """
    path = po_path(app)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    needed = wanted(app)
    if not before and not needed:
        return None
    header, *blocks = written(before or HEADER)
    kept, seen = [header], set()
    for block in blocks:
        keys = set(entries(stored(f"{HEADER}\n{block}\n")))
        if keys & set(needed):
            kept.append(block)
            seen |= keys
    kept += [entry(text) for key, text in needed.items() if key not in seen]
    after = "\n\n".join(kept) + "\n"
    return None if after == before else after


def written(content: str) -> list[str]:
    """The entries as they stand: one ends where, after its msgstr, a comment or the next msgid begins."""
    blocks: list[list[str]] = [[]]
    for line in content.splitlines():
        whole = any(row.startswith(("msgstr", "#~")) for row in blocks[-1])
        if whole and line.startswith(("#", "msgctxt", "msgid ")):
            blocks.append([])
        if line.strip():
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def entry(text: Text) -> str:
    rows = [f"msgctxt {quoted(text.context)}"] if text.context else []
    rows.append(f"msgid {quoted(text.text)}")
    rows += [f"msgid_plural {quoted(text.plural)}", 'msgstr[0] ""'] if text.plural else ['msgstr ""']
    if PERCENT.search(text.text.replace("%%", "")):
        rows.insert(0, "#, python-format")
    return "\n".join(rows)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{escaped}"'


def compile_one(path: Path) -> bool:
    """Writes the .mo beside it; the two share a modification time, by which an unchanged one is known."""
    target, changed = path.with_suffix(".mo"), path.stat().st_mtime_ns
    if target.exists() and target.stat().st_mtime_ns == changed:
        return False
    new = target.with_suffix(f".{os.getpid()}.new")
    with new.open("wb") as out:
        write_mo(out, stored(path.read_text(encoding="utf-8")))
    os.utime(new, ns=(changed, changed))
    new.replace(target)
    return True


def run_check() -> int:
    found = [fault for app in apps(SOURCES) for fault in faults(app)]
    print("\n".join(found) or "every text has its Chinese")
    return 1 if found else 0


def run_extract() -> int:
    for app in apps(SOURCES):
        content = extract(app)
        if content is not None:
            path = po_path(app)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"{path.relative_to(ROOT)}: rewritten")
    return 0


def run_compile() -> int:
    for path in sorted(SOURCES.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/*.po")):
        compile_one(path)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "extract": run_extract,
    "check": run_check,
    "compile": run_compile,
}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit("usage: python tools/messages.py extract | check | compile")
    sys.exit(COMMANDS[sys.argv[1]]())
