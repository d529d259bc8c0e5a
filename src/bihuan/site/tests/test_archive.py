"""A backup holds everything, says when it is not whole, and brings everything back."""

import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection

from bihuan.inputs import BadInput
from bihuan.kernel import evidence
from bihuan.site.archive.read import check, restore
from bihuan.site.archive.write import write_backup


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own with one table and one picture; the test database is not touched."""
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True)
    (home / "secrets" / "django").write_text("secret")
    with sqlite3.connect(home / "control.sqlite3") as database:
        database.execute("CREATE TABLE fact (text TEXT)")
        database.execute("INSERT INTO fact VALUES ('张三')")
    database.close()
    monkeypatch.setattr(settings, "HOME", home)
    monkeypatch.setattr(settings, "EVIDENCE_DIR", home / "evidence")
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(home / "control.sqlite3"))
    monkeypatch.setattr(connection, "close", lambda: None)
    evidence.store(b"\xff\xd8picture")
    return home


def facts(home: Path) -> list[str]:
    database = sqlite3.connect(home / "control.sqlite3")
    try:
        return [text for (text,) in database.execute("SELECT text FROM fact")]
    finally:
        database.close()


def say(home: Path, text: str) -> None:
    database = sqlite3.connect(home / "control.sqlite3")
    with database:
        database.execute("INSERT INTO fact VALUES (?)", [text])
    database.close()


def test_what_was_backed_up_comes_back(house: Path, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.zip")
    say(house, "after the backup")
    for picture in (house / "evidence").rglob("*"):
        if picture.is_file():
            picture.unlink()

    aside = restore(tmp_path / "b.zip")

    assert facts(house) == ["张三"]
    assert [p.read_bytes() for p in (house / "evidence").rglob("*") if p.is_file()] == [b"\xff\xd8picture"]
    assert aside
    assert facts(aside) == ["张三", "after the backup"]


def test_a_backup_is_readable_by_its_owner_only(house: Path, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.zip")

    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600


def test_a_whole_backup_passes_its_check(house: Path, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.zip")

    assert set(check(tmp_path / "b.zip")["files"]) >= {"control.sqlite3", "secrets/django"}


def test_a_changed_file_is_named(house: Path, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.zip")
    with ZipFile(tmp_path / "b.zip") as old, ZipFile(tmp_path / "c.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, b"changed" if name == "secrets/django" else old.read(name))

    with pytest.raises(BadInput, match="secrets/django"):
        check(tmp_path / "c.zip")


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)

    with pytest.raises(BadInput, match="not a whole backup"):
        check(tmp_path / "b.zip")


def test_a_backup_that_fails_leaves_no_file_of_its_name(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bihuan.site.archive.write._sqlite_copy", full)

    with pytest.raises(OSError, match="No space"):
        write_backup(tmp_path / "b.zip")
    assert not list(tmp_path.glob("*.zip*"))
