"""Who is in the demo bank. From the original text: a bank with more than 300 branches, a pilot in the
credit-card department, later the other departments. Customer equity shares it where both run."""

BANK, CARDS, LOANS, NETWORK, RULES = (
    "DEMO-BANK",
    "DEMO-BANK-CARD",
    "DEMO-BANK-LOAN",
    "DEMO-BANK-NET",
    "DEMO-BANK-RULE",
)
BRANCHES = 312
SHARED = ((CARDS, "信用卡部", BANK),)
DEPARTMENTS = (
    (LOANS, "个人贷款部", BANK),
    (NETWORK, "网点管理部", BANK),
    (RULES, "制度与费率部", BANK),
)
CENTRES = ("城东", "城西", "城南", "城北", "滨江", "高新")
REGIONS = ("一区", "二区", "三区", "四区", "五区", "六区")
ACCOUNTS = (
    ("director of customer experience", "ye_lan", "叶岚", "director", BANK, ""),
    ("leader of the loyalty programme", "qiu_shan", "邱山", "manager", CARDS, "ye_lan"),
    ("caller of the card department", "lu_yao", "陆瑶", "owner", CARDS, "qiu_shan"),
    ("caller of the card department", "he_qing", "何晴", "owner", CARDS, "qiu_shan"),
    ("owner of rules and fees", "bai_yu", "白羽", "owner", RULES, "ye_lan"),
)
STAGES = (
    ("DEMO-J1", "了解", 1),
    ("DEMO-J2", "申请开立", 2),
    ("DEMO-J3", "日常使用", 3),
    ("DEMO-J4", "求助投诉", 4),
    ("DEMO-J5", "续用或离开", 5),
)
TOUCHPOINTS = (
    ("DEMO-T1", "网点咨询", "DEMO-J1", NETWORK),
    ("DEMO-T2", "信用卡申请审批", "DEMO-J2", CARDS),
    ("DEMO-T3", "账单与还款", "DEMO-J3", CARDS),
    ("DEMO-T4", "利息与费用", "DEMO-J3", RULES),
    ("DEMO-T5", "客服热线", "DEMO-J4", CARDS),
    ("DEMO-T6", "销卡挽留", "DEMO-J5", CARDS),
)
SEGMENTS = (("学生", 42_000), ("青年客户", 88_000), ("家庭客户", 61_000), ("退休客户", 23_000))
"""More than half of the customers are young."""
BAD = (
    "还款晚了一天就收了全额罚息，太不合理",
    "审批等了三周，没人告诉我为什么",
    "客服让我打了四次电话，每次都重新说一遍，我的电话13812345678",
    "规定不允许就是不允许，没人愿意想办法",
    "账单看不懂，年费没有提前说明",
)
SO_SO = ("还行，App偶尔卡", "积分兑换选择太少", "利率比别家高一点")
GOOD = (
    "挂失补卡当天办好，很贴心",
    "客服记得我上次的问题，主动回电",
    "审批快，说明清楚",
    "朋友推荐来的，确实好用",
)
