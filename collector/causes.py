"""Why sales are closed: the codes of the causes, their names, and which a permit may cover.

The decks raise them; here they are names for pages and limits for what the bureau may sign.
"""

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
