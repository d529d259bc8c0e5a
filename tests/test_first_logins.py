"""What the terminal says of logins when the house stands."""

from pathlib import Path

from bihuan.site.commands.up import shown
from bihuan.site.prepare import keep_logins

ADMIN = ("administrator", "admin", "aaa")
OTHERS = [("director", "chen_jing", "bbb"), ("verifier", "sun_qian", "ccc"), ("case owner", "wu_min", "ddd")]
MORE = [("case owner of another unit", "he_jia", "eee"), ("viewer", "gao_yuan", "fff")]


def test_three_logins_are_printed_and_where_the_others_stand() -> None:
    path = keep_logins([ADMIN, *OTHERS, *MORE])
    try:
        *logins, last = shown(path)
    finally:
        path.unlink()
    assert [line.split()[-2:] for line in logins] == [
        ["admin", "aaa"],
        ["wu_min", "ddd"],
        ["sun_qian", "ccc"],
    ]
    assert last == f"the other 3 logins of the demo stand in {path}"


def test_a_house_without_demo_has_one_login_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "logins.txt"
    path.write_text("administrator    admin        aaa\n", encoding="utf-8")
    assert shown(path) == ["administrator    admin        aaa"]
