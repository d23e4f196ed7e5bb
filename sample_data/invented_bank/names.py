"""Invented names. Brands are three literary syllables that no trade register would hold; people are named alike."""

from __future__ import annotations

from random import Random

BANK = "九格银行"

_FIRST = "岚澜衡岫蘅璟砚霁翎穹杼皓汀峤岱珩棠桐榆槿"
_SECOND = "星云霜鹤舟帆谷川麓屿溪潮岭壑原野泽渚洲汐"
_THIRD = "里方宁同和晟元启泰丰成达远光华章引序时信"
_TRADES = {
    "制造业": ("精密制造", "机电", "新材料", "装备", "电子器件", "纺织"),
    "批发和零售业": ("贸易", "商贸", "供应链", "百货", "物资"),
    "建筑业": ("建设工程", "建筑", "装饰工程", "市政工程"),
    "交通运输、仓储和邮政业": ("物流", "运输", "仓储", "航运"),
    "信息传输、软件和信息技术服务业": ("软件", "信息技术", "数据服务", "网络科技"),
    "房地产业": ("置业", "房地产开发", "物业服务"),
    "租赁和商务服务业": ("设备租赁", "商务服务", "会展服务"),
    "科学研究和技术服务业": ("检测技术", "工程设计", "生物技术"),
    "电力、热力、燃气及水生产和供应业": ("热力", "水务", "新能源电力", "燃气"),
    "农、林、牧、渔业": ("农业", "种业", "林业", "水产"),
    "住宿和餐饮业": ("酒店管理", "餐饮管理"),
    "采矿业": ("矿业", "石料开采", "矿产资源"),
}
INDUSTRIES = tuple(_TRADES)
INDUSTRY_WEIGHTS = (30, 20, 11, 7, 6, 5, 6, 4, 3, 4, 2, 2)

_SURNAMES = "岑褚蔺宓缪阮邬郗晏臧"
_GIVEN = ("知舟", "望川", "听澜", "怀瑾", "若谷", "行止", "问渠", "拾光", "临风", "见山", "忘机", "守拙")


def brand(rng: Random) -> str:
    """Three syllables that belong to nobody."""
    return rng.choice(_FIRST) + rng.choice(_SECOND) + rng.choice(_THIRD)


def company(rng: Random, city: str, industry: str, scale: str) -> str:
    """A company's registered name: city, brand, trade, legal form."""
    form = "股份有限公司" if scale == "大型" and rng.random() < 0.5 else "有限公司"
    return f"{city}{brand(rng)}{rng.choice(_TRADES[industry])}{form}"


def people(rng: Random, count: int) -> list[str]:
    """So many different names of people."""
    every = [surname + given for surname in _SURNAMES for given in _GIVEN]
    return rng.sample(every, count)
