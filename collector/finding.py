"""A finding: what a reconciliation rule reports, and the catalogue of all codes with their names.

A finding is a value. Rules never raise: they report, all at once, what was measured, what was
expected, how far apart the two may be, and the records, tickets or orders that show it.
"""

import json
from typing import NamedTuple

from weighbook.phrase import Phrase

SEVERITIES = ("critical", "high", "medium", "low")
SEVERITY_NAMES = {
    "critical": Phrase("严重", "critical"),
    "high": Phrase("较重", "high"),
    "medium": Phrase("一般", "medium"),
    "low": Phrase("轻微", "low"),
}


class Code(NamedTuple):
    """One line of the catalogue."""

    code: str
    zh: str
    en: str
    severity: str

    @property
    def name(self) -> Phrase:
        return Phrase(self.zh, self.en)


CODES = (
    Code("F-T01", "重复用票", "ticket used or offered again", "high"),
    Code("F-T02", "串票", "ticket of another mine or weighbridge", "high"),
    Code("F-T03", "同票异地出现", "one ticket at two places", "high"),
    Code("F-T04", "伪造票", "forged ticket", "critical"),
    Code("F-T05", "拆票", "ticket split over loads", "medium"),
    Code("F-T06", "票面内容不一致（套票）", "copies of a ticket differ", "critical"),
    Code("F-T07", "补打次数异常", "too many reprints", "low"),
    Code("F-T08", "超有效期运输", "carried after the ticket expired", "medium"),
    Code("F-T09", "票证结存不平", "ticket account does not balance", "high"),
    Code("F-T10", "已用票退票或挂失", "used ticket returned or reported lost", "high"),
    Code("F-T11", "用票数与过磅数不符", "tickets used differ from weighings", "high"),
    Code("F-W01", "无票过磅", "passage without a ticket", "critical"),
    Code("F-W02", "绕磅出矿", "load left around the weighbridge", "critical"),
    Code("F-W04", "皮重异常", "unusual tare", "medium"),
    Code("F-W05", "皮毛车辆不一致", "tare and gross of different trucks", "high"),
    Code("F-W06", "未完全上磅", "truck not wholly on the deck", "high"),
    Code("F-W07", "磅差系统性偏移", "scale is steadily off", "medium"),
    Code("F-W08", "重量跳变（疑似遥控）", "weight jumps, remote control suspected", "critical"),
    Code("F-W09", "仪表参数变更", "indicator settings changed", "high"),
    Code("F-W10", "数据流重放", "replayed weight stream", "critical"),
    Code("F-W11", "虚假过磅", "weighing without a truck", "critical"),
    Code("F-H01", "断电或离线时段", "power cut or dark interval", "medium"),
    Code("F-H02", "秤线断开", "scale cable disconnected", "high"),
    Code("F-H03", "夜间摄像头掉线", "camera lost at night", "high"),
    Code("F-H04", "超时未批复恢复", "resumed late without release", "high"),
    Code("F-H05", "可疑停机规律", "suspicious pattern of outages", "high"),
    Code("F-C02", "画面冻结或循环", "picture frozen or looped", "critical"),
    Code("F-C03", "镜头遮挡或移位", "camera covered or moved", "high"),
    Code("F-C04", "摄像机时钟偏差", "camera clock is off", "low"),
    Code("F-X01", "未登记设备", "unregistered device", "high"),
    Code("F-X02", "时钟回拨", "clock set back", "high"),
    Code("F-X03", "记录分叉（镜像还原或复制）", "forked book", "critical"),
    Code("F-X04", "链条断裂", "broken chain", "critical"),
    Code("F-X05", "配置篡改", "configuration tampered with", "high"),
    Code("F-X06", "应报未报", "records owed", "high"),
    Code("F-X07", "测试模式异常", "test mode misused", "medium"),
    Code("F-X08", "程序被改", "program altered", "critical"),
    Code("F-V01", "车型不符", "vehicle does not fit its load", "medium"),
    Code("F-V02", "套牌或不可能行程", "cloned plate or impossible journey", "high"),
    Code("F-V03", "车牌与票不符", "plate differs from the ticket", "medium"),
    Code("F-O01", "超限", "overload", "high"),
    Code("F-O02", "拆分规避", "load split to evade the limit", "medium"),
    Code("F-O03", "出场后加载", "loaded after the weighbridge", "high"),
    Code("F-O04", "贴线装载", "loads just below the limit", "low"),
    Code("F-R01", "申报量与过磅量不符", "declared tonnes differ from weighed", "high"),
    Code("F-R02", "票重不符", "tonnes on tickets differ from weighed", "high"),
    Code("F-R03", "发票量不符", "invoiced tonnes differ from weighed", "high"),
    Code("F-R04", "申报额与开票额不符", "declared sales differ from invoices", "high"),
    Code("F-R05", "价格明显偏低", "price far below the county's", "medium"),
    Code("F-R06", "资源税差额", "resource tax differs", "high"),
    Code("F-R07", "水保费差额", "soil and water fee differs", "medium"),
    Code("F-R08", "产品产率异常", "product yield out of its band", "high"),
    Code("F-R09", "到货差或未到货", "arrived short or not at all", "medium"),
    Code("F-P01", "产能预警", "capacity warning", "high"),
    Code("F-P02", "产销存不平", "output, sales and stock do not balance", "medium"),
    Code("F-P03", "用电产量不符", "electricity does not fit output", "medium"),
    Code("F-S01", "停销期间销售", "sold while sales were closed", "critical"),
    Code("F-S02", "磅房擅自移位", "weighbridge moved without leave", "high"),
    Code("F-B01", "自批自办", "approved one's own request", "high"),
    Code("F-B02", "非工作时间放行", "released outside working hours", "medium"),
    Code("F-B03", "已用票冲销", "used ticket reversed", "high"),
    Code("F-B04", "临时许可过多", "too many temporary permits", "medium"),
    Code("F-B05", "超额发票", "tickets issued over quota", "high"),
)
BY_CODE = {line.code: line for line in CODES}


class Amount(NamedTuple):
    """A whole number and the name that carries its unit (`net_kg`, `tickets`, `dark_ms`)."""

    unit: str
    value: int

    def __str__(self) -> str:
        return f"{self.unit} {self.value:,}"


class Finding(NamedTuple):
    """One finding; `tolerance` may name another unit (`permille`) than what was measured."""

    code: str
    subject: str
    period: str
    measured: Amount
    expected: Amount
    tolerance: Amount
    evidence: tuple[str, ...]

    @property
    def severity(self) -> str:
        return BY_CODE[self.code].severity

    @property
    def name(self) -> Phrase:
        return BY_CODE[self.code].name


def as_json(finding: Finding) -> str:
    """One line: {"code","subject","period","measured","expected","tolerance","evidence"}."""
    shape = {
        "code": finding.code,
        "subject": finding.subject,
        "period": finding.period,
        "measured": dict((finding.measured,)),
        "expected": dict((finding.expected,)),
        "tolerance": dict((finding.tolerance,)),
        "evidence": list(finding.evidence),
    }
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))


def order_key(finding: Finding) -> tuple[int, str, str, str]:
    """Gravest first, then by code, subject and what was measured."""
    return (
        SEVERITIES.index(finding.severity),
        finding.code,
        finding.subject,
        finding.measured.unit,
    )
