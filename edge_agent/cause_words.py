"""The words for every cause: what stands, and how to clear it. One line per code in `CAUSES`."""

from edge_agent.check_words import check_phrase
from edge_agent.port_words import PORTS
from edge_agent.power_words import power_words
from edge_agent.reason_words import REASONS
from edge_agent.reasons import reason_in
from edge_agent.refusals import Words, words
from weighbook.phrase import Phrase

CAUSES: dict[str, Words] = {
    "CAMERA_LOST": words(
        "摄像头 {subject} 没有画面",
        "Camera {subject} gives no picture",
        "检查摄像头电源、网线和交换机；恢复画面 10 秒后自动解除",
        "check its power, cable and switch; it clears after 10 s of pictures",
    ),
    "CAMERA_SLOW": words(
        "摄像头 {subject} 画面过慢",
        "Camera {subject} is too slow",
        "检查网络负荷和摄像头码流设置",
        "check the network load and its stream settings",
    ),
    "CAMERA_FROZEN": words(
        "摄像头 {subject} 画面静止或重复",
        "Camera {subject} shows a standing or repeated picture",
        "重启摄像头；确认接的是真实摄像头而不是录像",
        "restart it; see that it is the camera itself and no recording",
    ),
    "CAMERA_BLIND": words(
        "摄像头 {subject} 被遮挡、过黑、过亮或失焦",
        "Camera {subject} is covered, black, white or out of focus",
        "清洁镜头，移开遮挡，检查补光灯",
        "clean the lens, uncover it, check the lamp",
    ),
    "CAMERA_MOVED": words(
        "摄像头 {subject} 偏离标定画面",
        "Camera {subject} does not show the calibrated scene",
        "把摄像头转回原位，或请能源局批准新的标定",
        "turn it back, or have the bureau approve a new calibration",
    ),
    "CAMERA_NOT_HD": words(
        "摄像头 {subject} 分辨率低于高清",
        "Camera {subject} is below HD resolution",
        "把主码流设为 1280×720 以上",
        "set its main stream to 1280×720 or more",
    ),
    "CAMERA_CLOCK": words(
        "摄像头 {subject} 的时钟停走或偏差过大",
        "Camera {subject} has a wrong or standing clock",
        "给摄像头校时（NTP）",
        "set its clock (NTP)",
    ),
    "SCALE_SILENT": words(
        "称重仪表没有有效数据",
        "The indicator gives no valid weight",
        "检查仪表电源和串口线，清空秤台；连续 10 秒有效且看到零点后自动解除",
        "check its power and serial cable, empty the deck; it clears after 10 s and a zero",
    ),
    "SCALE_SUSPECT": words(
        "称重数据可疑：{subject}",
        "The scale's data are suspect: {subject}",
        "请技术员检查并由能源局解除",
        "have it checked, and released by the bureau",
    ),
    "POWER": words(
        "市电中断或异常断电",
        "Mains power is lost, or the machine went down uncleanly",
        "恢复供电；稳定 5 分钟后解除",
        "restore power; it clears after 5 stable minutes",
    ),
    "CLOCK": words(
        "本机时钟不可信",
        "This machine's clock cannot be trusted",
        "校准本机时间并接通网络；收到平台签名时间后自动解除",
        "set the clock and connect the network; signed time from the collector clears it",
    ),
    "BOOK": words(
        "账簿存储异常或与平台不一致",
        "The book fails, or does not agree with the collector's",
        "检查磁盘空间并运行 edge-agent verify；由能源局解除",
        "check the disk and run edge-agent verify; the bureau releases it",
    ),
    "LEASE": words(
        "与平台失去联系超过期限",
        "The collector has not been heard for too long",
        "接通网络，或扫描能源局签发的延期码",
        "connect the network, or scan a signed extension",
    ),
    "ORDER": words(
        "能源局指令 {subject}：停票停销",
        "The bureau suspended sales (order {subject})",
        "等待期满或能源局解除",
        "wait for its end, or for the bureau to lift it",
    ),
    "SITE": words(
        "现场设备与批准的不一致",
        "The devices are not those that were approved",
        "由能源局批准现场变更",
        "have the bureau approve the change",
    ),
    "APPROVAL": words(
        "故障 {subject} 持续超过短时限，须经批准",
        "{subject} lasted beyond the short time and needs approval",
        "报告能源局并取得解除指令",
        "report to the bureau and obtain a release",
    ),
}


OTHER_INDICATOR = words(
    "称重仪表不是登记的那一台",
    "The indicator is not the one that is registered",
    "换回登记的仪表；确需更换的，由能源局登记新仪表并重新登记磅房，再批准现场",
    "put the registered one back; to exchange it, have the bureau register and enrol anew, and"
    " approve the site",
)


def cause_words(code: str, subject: str, measured: str) -> Words:
    """What stands, and how to clear it; who found it, a probe or the port, may know more."""
    if (code, subject) == ("SITE", "scale"):
        return OTHER_INDICATOR
    power = power_words(subject, measured) if code == "POWER" else None
    if power is not None:
        return power
    entry = CAUSES.get(code, CAUSES["SITE"])
    what, port = entry.what.fill(subject=subject), PORTS.get(measured)
    reason = reason_in(measured) if code.startswith("CAMERA_") else None
    if reason is not None:
        why = REASONS[reason]
        return Words(Phrase(f"{what.zh}：{why.what.zh}", f"{what.en}: {why.what.en}"), why.remedy)
    check = check_phrase(measured) if code.startswith("CAMERA_") else None
    if check is not None:
        what = Phrase(f"{what.zh}：{check.zh}", f"{what.en}: {check.en}")
    if code != "SCALE_SILENT" or port is None:
        return Words(what, entry.remedy)
    return Words(
        Phrase(f"{what.zh}：{port.what.zh}", f"{what.en}: {port.what.en}"),
        port.remedy,
    )


def cause_phrase(code: str, subject: str, measured: str, limit: str) -> Phrase:
    """What stands, measured against what, and how it is cleared, as one phrase."""
    what, remedy = cause_words(code, subject, measured)
    return Phrase(
        f"{what.zh}（实测 {measured}，限值 {limit}）。{remedy.zh}。",
        f"{what.en} (measured {measured}, limit {limit}): {remedy.en}.",
    )
