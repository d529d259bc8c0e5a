"""In which order files of tests are handed out, and who shares a house."""

from tools.proc import ROOT
from tools.spread import GUESTS, LONG_FIRST, PAGES, PLAY, place


def test_long_files_do_not_wait_for_the_end() -> None:
    files = ["tools/tests/test_css.py", LONG_FIRST[1], "edge/tests/test_x.py", LONG_FIRST[0]]
    assert sorted(files, key=place) == [*LONG_FIRST[:2], files[0], files[2]]
    assert LONG_FIRST[0] == PLAY, "the house of its worker is as it came"


def test_whoever_asks_for_the_house_is_named() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    guests = {
        str(path.relative_to(ROOT))
        for path, text in texts.items()
        if "home: House" in text and "def home(" not in text
    }
    assert guests == {PLAY, *PAGES, *GUESTS}


def test_every_named_file_is_there() -> None:
    assert [path for path in LONG_FIRST if not (ROOT / path).exists()] == []
