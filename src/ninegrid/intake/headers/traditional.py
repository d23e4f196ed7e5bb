"""Traditional characters in headers, as Big5 files have them, in their simplified form."""

from __future__ import annotations

# Only the characters that headers and units are made of; names of customers are never changed.
_TRADITIONAL = (
    "戶號稱業規經總營費預損資團區開間貸額餘產線數筆觀結貨幣債務報審計併機構級層員職績潛評維標權實際離險風違約歷淨潤稅轉內繼齡別關鍵"
    "崗萬億單類對發擔備據屬現負帶錄價銷種門絡網點時長廣東證壽聯繫電話訊興農製採礦應氣體學術語師導優異測選項題滿條為與於從來進遠達適遷"
)
_SIMPLIFIED = (
    "户号称业规经总营费预损资团区开间贷额余产线数笔观结货币债务报审计并机构级层员职绩潜评维标权实际离险风违约历净润税转内继龄别关键"
    "岗万亿单类对发担备据属现负带录价销种门络网点时长广东证寿联系电话讯兴农制采矿应气体学术语师导优异测选项题满条为与于从来进远达适迁"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """The text with the traditional characters of headers replaced."""
    return text.translate(_TABLE)
