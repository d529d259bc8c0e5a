"""Numbers that name a person or a meter leave the text; everything else stays."""

import pytest

from bihuan.kernel.rules.redact import redact


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("请打13941712345找我", "请打[phone]找我"),
        ("手机 139-4171-2345。", "手机 [phone]。"),
        ("+86 139 4171 2345", "[phone]"),
        ("１３９４１７１２３４５", "[phone]"),
        ("座机0417-5823456转12", "座机[phone]"),
        ("(0417) 5823456", "[phone]"),
        ("电话：5823456", "电话：[phone]"),
        ("call me, tel. 5823-4567", "call me, tel. [phone]"),
        ("身份证210882198001011234", "身份证[ID]"),
        ("身份证 21088219800101123X", "身份证 [ID]"),
        ("210882 19800101 123x", "[ID]"),
        ("老证210882800101123", "老证[ID]"),
        ("表号:000123456789", "表号:[meter]"),
        ("电表号码是 DD8621", "电表号码是 [meter]"),
        ("户号 5012345678，欠费", "户号 [meter]，欠费"),
        ("资产编号2130001000000012345678", "资产编号[meter]"),
        ("meter no. 88213 is wrong", "meter no. [meter] is wrong"),
        ("0021000012345678901234", "[meter]"),
    ],
)
def test_numbers_of_people_and_meters_are_taken_out(said: str, left: str) -> None:
    assert redact(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "95598一直占线，12345也打不通",
        "2026-02-13 停电，2026年2月14日才来",
        "20260213停电",
        "电费 1,234.56 元，比上月多 300",
        "工单 C-260213-01",
        "3号楼2单元1201，电压 228.5 V",
        "我的电表 3 天没人来修，电表2025年换的",
        "",
    ],
)
def test_what_names_nobody_stays(said: str) -> None:
    assert redact(said) == said


def test_several_numbers_in_one_text_each_go_and_words_may_be_chosen() -> None:
    marks = {"phone": "〔电话〕", "identity": "〔证件〕", "meter": "〔表号〕"}
    said = "张先生13941712345，身份证210882198001011234，表号 12345678"
    assert redact(said, marks) == "张先生〔电话〕，身份证〔证件〕，表号 〔表号〕"


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact("户号 5012345678，电话13941712345")
    assert redact(once) == once
