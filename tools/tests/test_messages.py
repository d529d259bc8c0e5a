import os
from pathlib import Path

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

title = _("instrument")
late = ngettext("%(n)s working day", "%(n)s working days", 2)
month = pgettext("calendar", "May")
"""
TEMPLATE = """{% load i18n %}
<p>{% translate "Live board" %}</p>
    {% blocktranslate count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}
<input placeholder="{% trans 'Search' %}" aria-label="{{ _('Find') }}">
"""
CHINESE = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

# 仪器 by the glossary
msgid "instrument"
msgstr "仪器"

msgid "%(n)s working day"
msgid_plural "%(n)s working days"
msgstr[0] "%(n)s 个工作日"

msgctxt "calendar"
msgid "May"
msgstr "五月"

msgid "Live board"
msgstr "实时看板"

msgid "%(n)s case"
msgid_plural "%(n)s cases"
msgstr[0] "%(n)s 张工单"

msgid "Search"
msgstr "查询"

msgid "Find"
msgstr "查找"
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app with one module, one template and complete Chinese."""
    (tmp_path / "templates/lab").mkdir(parents=True)
    (tmp_path / "models.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "templates/lab/board.html").write_text(TEMPLATE, encoding="utf-8")
    write(tmp_path, CHINESE)
    return tmp_path


def write(app: Path, content: str) -> None:
    path = messages.po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def test_complete_chinese_has_no_fault(app: Path) -> None:
    assert list(messages.faults(app)) == []
    assert messages.extract(app) is None


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('msgstr "实时看板"', 'msgstr ""', "board.html:2: 'Live board' has no Chinese"),
        ('msgid "instrument"', 'msgid "devices"', "'devices' is used nowhere"),
        ("# 仪器 by the glossary", "#, fuzzy", "'instrument' is marked fuzzy"),
        ("%(n)s 张工单", "工单", "'%(n)s case' → '工单': placeholders differ"),
        ('msgctxt "calendar"\n', "", "'May' has no Chinese"),
    ],
)
def test_check_names_what_is_wrong(app: Path, before: str, after: str, fault: str) -> None:
    write(app, CHINESE.replace(before, after))
    assert any(fault in line for line in messages.faults(app))


def test_obsolete_entries_are_refused(app: Path) -> None:
    write(app, CHINESE + '\n#~ msgid "old"\n#~ msgstr "旧"\n')
    assert any("obsolete" in line for line in messages.faults(app))


def test_extract_keeps_what_stands_and_appends_what_is_new(app: Path) -> None:
    code = CODE.replace('"instrument"', '"terminal"')
    (app / "models.py").write_text(code, encoding="utf-8")
    content = messages.extract(app)
    assert content is not None
    assert content.endswith('msgid "terminal"\nmsgstr ""\n')
    assert '"instrument"' not in content
    write(app, content)
    assert messages.extract(app) is None
    assert content.index("Live board") < content.index("Search") < content.index("Find")


def test_extract_writes_plural_and_context(app: Path) -> None:
    messages.po_path(app).unlink()
    content = messages.extract(app)
    assert content is not None
    assert '#, python-format\nmsgid "%(n)s case"\nmsgid_plural "%(n)s cases"\nmsgstr[0] ""' in content
    assert 'msgctxt "calendar"\nmsgid "May"' in content


def test_compiled_file_is_written_once_for_each_change(app: Path) -> None:
    path = messages.po_path(app)
    assert messages.compile_one(path)
    assert not messages.compile_one(path)
    assert "实时看板".encode() in path.with_suffix(".mo").read_bytes()
    os.utime(path, ns=(1, 1))
    assert messages.compile_one(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100 % done", []),
        ("%(n)s of {total:,} at 5%%", ["%(n)s", "{total}"]),
        ("%s and %d", ["%()d", "%()s"]),
    ],
)
def test_placeholders_are_read(text: str, expected: list[str]) -> None:
    assert messages.placeholders(text) == expected
