"""Why sales are closed: the codes of the causes, their names, and which a permit may cover.

The decks raise them; here they are names for pages and limits for what the bureau may sign. What a
deck found out about why is a word in what it measured.
"""

import re
from collections.abc import Iterable, Mapping

from weighbook.phrase import Phrase, Refusal

CAUSES: Mapping[str, str] = {
    "CAMERA_LOST": "摄像头掉线",
    "CAMERA_SLOW": "摄像头帧率低",
    "CAMERA_FROZEN": "画面静止或重放",
    "CAMERA_BLIND": "镜头遮挡或模糊",
    "CAMERA_MOVED": "镜头移位",
    "CAMERA_NOT_HD": "清晰度不足",
    "CAMERA_CLOCK": "摄像头时钟不准",
    "SCALE_SILENT": "称重仪表无数据",
    "SCALE_SUSPECT": "称重数据可疑",
    "POWER": "断电",
    "CLOCK": "时钟异常",
    "BOOK": "账簿异常",
    "LEASE": "联网租期已过",
    "ORDER": "停票停销指令",
    "SITE": "现场设备与核准不符",
    "APPROVAL": "待批复恢复",
}
UNCOVERABLE = frozenset({"ORDER", "CLOCK", "BOOK", "SCALE_SILENT", "SCALE_SUSPECT", "SITE"})

# Why a camera gives nothing (behind "; why: "), and what is wrong with the power (the first word).
WHYS: Mapping[str, Phrase] = {
    "own_pc": Phrase("磅房电脑迟滞", "the weigh-room's PC was late"),
    "own_link": Phrase("磅房电脑网线未接", "the weigh-room's PC has no link"),
    "mains": Phrase("市电中断", "mains power lost"),
    "network": Phrase("交换机或线路不通", "switch or uplink down"),
    "power_or_cable": Phrase("摄像头断电或断线", "camera without power or cable"),
    "unreachable": Phrase("摄像头地址无应答", "nobody at its address"),
    "service_down": Phrase("摄像头服务停止", "camera's service down"),
    "password": Phrase("摄像头密码被改", "camera's password changed"),
    "path": Phrase("码流地址被改", "stream's path changed"),
    "codec": Phrase("编码设置被改", "stream's coding changed"),
    "hung": Phrase("摄像头死机", "camera hangs"),
    "encoder": Phrase("摄像头编码停顿", "encoder stalled"),
    "mains_lost": Phrase("市电中断", "mains power lost"),
    "battery_low": Phrase("不间断电源将耗尽", "UPS nearly empty"),
    "unclean_boot": Phrase("非正常停机后启动", "started after an unclean stop"),
}
BEHIND = re.compile(r"; why: ([a-z_]+)")
FIRST = re.compile(r"([a-z_]+)(?::|$)")


def why(code: str, measured: str) -> Phrase | None:
    """What a deck found out about why; None: nothing."""
    found = FIRST.match(measured) if code == "POWER" else BEHIND.search(measured)
    return None if found is None else WHYS.get(found[1])


def check_causes(codes: Iterable[str], *, covered: bool) -> None:
    """Refusals E_CAUSE for an unknown code, E_UNCOVERABLE where a permit would not open sales."""
    for code in codes:
        if code not in CAUSES:
            raise Refusal(
                "E_CAUSE",
                Phrase(f"没有停销原因 {code}。", f"There is no cause {code}."),
                Phrase(f"可用：{'、'.join(CAUSES)}。", f"The causes are: {', '.join(CAUSES)}."),
            )
        if covered and code in UNCOVERABLE:
            raise Refusal(
                "E_UNCOVERABLE",
                Phrase(
                    f"{CAUSES[code]} {code} 不得以临时许可放行。",
                    f"No permit can cover {code}.",
                ),
                Phrase(
                    "请先排除故障，再用 collector order release 批准恢复。",
                    "Have it mended, then release it with: collector order release.",
                ),
            )
