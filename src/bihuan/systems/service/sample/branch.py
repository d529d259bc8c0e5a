"""Who and what there is in the demo branch."""

from bihuan.kernel.models import Role

CITY, BRANCH = "DEMO-YK", "DEMO-DSQ"
OFFICE, HALLS, METERS, EXPANSION, REPAIR, CENTRE = (
    *("DEMO-DSQ-YX", "DEMO-DSQ-YY", "DEMO-DSQ-CB", "DEMO-DSQ-YK", "DEMO-DSQ-QX", "DEMO-DSQ-KF"),
)
UNITS = (
    (BRANCH, "大石桥供电分公司", CITY),
    (OFFICE, "营销管理室", BRANCH),
    (HALLS, "营业班", BRANCH),
    (METERS, "抄表班", BRANCH),
    (EXPANSION, "业扩班", BRANCH),
    (REPAIR, "抢修班", BRANCH),
    (CENTRE, "客服中心", BRANCH),
)
ACCOUNTS = (
    ("service director", "shi_lan", "石岚", Role.DIRECTOR, CITY, ""),
    ("deputy manager for marketing", "wang_heping", "王和平", Role.MANAGER, BRANCH, "shi_lan"),
    ("manager in charge", "zhao_ning", "赵宁", Role.MANAGER, BRANCH, "shi_lan"),
    ("head of the marketing office", "liu_mei", "刘梅", Role.MANAGER, BRANCH, "wang_heping"),
    ("assessment group", "qian_jun", "钱军", Role.MANAGER, BRANCH, "liu_mei"),
    ("customer-service centre", "sun_yue", "孙悦", Role.MANAGER, BRANCH, "zhao_ning"),
    ("customer-service specialist", "zhou_wen", "周文", Role.MANAGER, BRANCH, "liu_mei"),
    ("video supervisor", "feng_li", "冯丽", Role.MANAGER, BRANCH, "zhao_ning"),
    ("caller for business expansion", "chen_xi", "陈曦", Role.MANAGER, BRANCH, "liu_mei"),
    ("leader of the halls", "he_fang", "何芳", Role.OWNER, HALLS, "zhao_ning"),
    ("leader of meter reading", "gao_shan", "高山", Role.OWNER, METERS, "zhao_ning"),
    ("leader of business expansion", "ma_chao", "马超", Role.OWNER, EXPANSION, "zhao_ning"),
    ("leader of fault repair", "wu_gang", "吴刚", Role.OWNER, REPAIR, "zhao_ning"),
    ("leader of 95598", "lin_yan", "林燕", Role.OWNER, CENTRE, "zhao_ning"),
)
"""Title, user name, name, role, unit, superior: no caller reports to who does the work."""
POSTS = (
    ("marketing_deputy", "wang_heping"),
    ("manager_in_charge", "zhao_ning"),
    ("marketing_head", "liu_mei"),
    ("assessment_group", "qian_jun"),
    ("service_centre", "sun_yue"),
    ("service_specialist", "zhou_wen"),
    ("service_manager", "qian_jun"),
    ("video_supervisor", "feng_li"),
    ("expansion_caller", "chen_xi"),
)
HOURS = {
    1: "周一至周日 8:30-17:00; 节假日 9:00-16:00",
    2: "周一至周五 8:30-17:00",
    3: "周一至周五 8:30-11:30 13:30-17:00",
}
"""By level of the hall."""
HALL_ROWS = (
    ("H1-01", "大石桥中心供电营业厅", 1, True, True, 18400),
    ("H1-02", "石桥新区供电营业厅", 1, True, True, 12700),
    ("H2-01", "南楼供电营业厅", 2, True, True, 8200),
    ("H2-02", "官屯供电营业厅", 2, False, True, 6100),
    ("H2-03", "虎庄供电营业厅", 2, False, True, 5400),
    ("H2-04", "汤池供电营业厅", 2, False, False, 4900),
    ("H3-01", "钢都街供电营业厅", 3, True, False, 3300),
    ("H3-02", "镁都路供电营业厅", 3, True, False, 2900),
    ("H3-03", "旗口供电营业厅", 3, False, False, 2100),
    ("H3-04", "水源供电营业厅", 3, False, False, 1900),
    ("H3-05", "沟沿供电营业厅", 3, False, False, 1800),
    ("H3-06", "石佛供电营业厅", 3, False, False, 1500),
    ("H3-07", "高坎供电营业厅", 3, False, False, 2400),
    ("H3-08", "永安供电营业厅", 3, False, False, 1700),
    ("H3-09", "周家供电营业厅", 3, False, False, 1600),
    ("H3-10", "建一供电营业厅", 3, False, False, 1200),
)
"""Code, name, level, urban, evaluator, visitors a quarter."""
AREA_NAMES = (
    *("钢都", "镁都", "青花", "金桥", "石桥", "南楼", "官屯", "虎庄", "汤池", "旗口"),
    *("水源", "沟沿", "石佛", "高坎", "永安", "周家", "建一", "黄土岭"),
)
STAFF = (
    (
        "reader",
        METERS,
        "CB",
        ("孙抄", "李抄", "周洋", "吴迪", "郑伟", "冯涛", "陈亮", "褚飞", "卫国", "蒋平"),
    ),
    ("agent", CENTRE, "KF", ("沈琳", "韩雪", "杨柳", "朱颖", "秦岚", "尤佳", "许晴", "何洁")),
    ("clerk", HALLS, "YY", ("吕晶", "施雯", "张妍", "孔丽", "曹颖", "严冬", "华敏", "金鑫")),
    ("repair", REPAIR, "QX", ("魏强", "陶勇", "姜海", "戚磊", "谢峰", "邹凯")),
    ("expansion", EXPANSION, "YK", ("喻明", "柏松", "水清", "窦凯")),
)
"""Job, team, prefix of the staff numbers, names."""
CUSTOMERS = (
    *(
        "金桥饭店",
        "南楼机械厂",
        "镁都耐火材料厂",
        "官屯粮库",
        "虎庄镇中学",
        "汤池温泉宾馆",
        "旗口米业",
        "水源蔬菜合作社",
    ),
    *(
        "沟沿卫生院",
        "石佛养殖场",
        "高坎农机站",
        "永安小学",
        "周家食品厂",
        "建一矿业",
        "钢都小区物业",
        "青花小区物业",
    ),
)
WORDS = (
    "停电两天没有人来处理，打了三次电话",
    "抢修人员说马上到，等了四个小时",
    "营业厅窗口只开了一个，排队一个多小时",
    "抄表数和实际电表对不上，电费多了一倍",
    "报装说五天，现在已经二十天了",
    "营业员态度不好，问什么都不耐烦",
    "停电没有提前通知，冰柜里的货都坏了",
    "95598 一直占线，打不进去",
)
