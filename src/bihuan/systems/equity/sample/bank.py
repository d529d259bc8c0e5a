"""Who and what there is in the demo bank, which the Net Promoter System shares where both run."""

from bihuan.kernel.models import Role

BANK, CARDS, EAST, WEST = "DEMO-BANK", "DEMO-BANK-CARD", "DEMO-BANK-CARD-E", "DEMO-BANK-CARD-W"
SHARED = ((CARDS, "信用卡部", BANK),)
UNITS = ((EAST, "城东支行", CARDS), (WEST, "城西支行", CARDS))
ACCOUNTS = (
    ("customer director of the bank", "lin_zhou", "林舟", Role.DIRECTOR, BANK, ""),
    ("manager of the card department", "xu_an", "徐安", Role.MANAGER, CARDS, "lin_zhou"),
    ("customer manager, east", "tao_yi", "陶毅", Role.OWNER, EAST, "xu_an"),
    ("customer manager, west", "pan_yu", "潘雨", Role.OWNER, WEST, "xu_an"),
)
"""Title, user name, name, role, unit, superior."""
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "桂英",
)
CATEGORIES = (("消费分期", 0.32), ("境外消费", 0.21), ("商旅权益", 0.27), ("日常消费", 0.12))
"""Category with its margin."""
BRANDS = (("本行信用卡", 60, True), ("邻行信用卡", 52, False), ("互联网信用付", 30, False))
"""Brand, margin of a purchase in yuan, own."""
SEGMENTS = ("普卡", "普卡", "普卡", "金卡", "金卡", "白金卡", "学生卡", "普卡", "金卡", "")
"""Kinds of card; of some customers it is not known."""
