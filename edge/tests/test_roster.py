from bihuan_edge import roster


def test_roster_ends_with_its_version() -> None:
    answer = roster.encode([("0008075634", "张三"), ("0011259972", "王五")], 7)

    assert answer == "0008075634,张三\r\n0011259972,王五\r\nend,7\r\n".encode()


def test_roster_speaks_the_encoding_of_the_terminal() -> None:
    assert roster.encode([("0008075634", "张三")], 8, "gb18030") == (
        b"0008075634," + "张三".encode("gb18030") + b"\r\nend,8\r\n"
    )


def test_name_outside_the_encoding_does_not_lose_the_line() -> None:
    assert roster.encode([("0008075634", "Zoë")], 8, "ascii") == b"0008075634,Zo?\r\nend,8\r\n"


def test_nobody_allowed_is_an_answer_too() -> None:
    assert roster.encode([], 9) == b"end,9\r\n"
