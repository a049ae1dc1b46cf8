"""What is said when a camera was commissioned, or could not be."""

from pathlib import Path
from typing import Any

from drivers.cameras.judging.checks.moved import is_moved
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.geometry import Shift
from edge_agent.calibrating import HandedOver
from weighbook.calibrations import CameraCalibration, MovedBy, has_night
from weighbook.phrase import Phrase, Refusal


def outcome_words(calibration: CameraCalibration, handed: HandedOver) -> list[Phrase]:
    """What was signed, when it counts, and what is still to do."""
    camera, name = calibration.camera, handed.digest.hex()[:16]
    words = [
        Phrase(f"摄像头 {camera} 的标定已签署：{name}。", f"Camera {camera}: signed as {name}.")
    ]
    if handed.running:
        words.append(Phrase("磅房服务正在接收。", "The running agent takes it now."))
    else:
        words.append(
            Phrase(
                "磅房服务没有运行，下次启动时接收。", "No agent runs; it takes it when it starts."
            )
        )
    if handed.at_once:
        words.append(Phrase("记入账簿后立即生效。", "It is in force as soon as it is recorded."))
    else:
        words.append(AWAITS.fill(weighbridge=calibration.weighbridge))
    if not has_night(calibration):
        words.append(NIGHT_MISSING.fill(camera=camera))
    return words


AWAITS = Phrase(
    "已有标定生效：新标定须经能源局批准现场"
    "（collector order approve-site --weighbridge {weighbridge} …），批准前仍按原标定判断。",
    "Another is in force: the new one counts when the bureau approves the site"
    " (collector order approve-site --weighbridge {weighbridge} …); until then the old one stays.",
)
NIGHT_MISSING = Phrase(
    "还没有夜间参考：首次转红外约半分钟后服务会自动补拍，其间停销；也可天黑后运行"
    " edge-agent camera calibrate {camera} --add-night。",
    "There is no night reference yet: the agent takes one by itself half a minute after the camera"
    " first turns to infrared, with sales closed until then; or run, in the dark,"
    " edge-agent camera calibrate {camera} --add-night.",
)


def shift_words(moved: MovedBy | None, limits: Limits) -> Phrase:
    """How far the view lies from the one in force."""
    if moved is None:
        return Phrase(
            "无法与现行标定的画面比较：画面完全不同，或原参考图缺失。",
            "The view cannot be compared with the one in force: it is quite another, or its"
            " picture is missing.",
        )
    shift = Shift(*vars(moved).values())
    pixels, turned = shift.length_milli / 1000, abs(shift.turn_milli) / 1000
    facts = f"{pixels:.1f} px / 480，{turned:.1f}°，{shift.zoom_milli / 10:+.1f} %"
    if is_moved(shift, limits):
        return Phrase(
            f"画面与现行标定相比已移动：{facts}。能源局会看到。",
            f"The view has moved against the calibration in force: {facts}. The bureau will see.",
        )
    return Phrase(f"画面与现行标定一致：{facts}。", f"The view is the calibrated one: {facts}.")


def summary(calibration: CameraCalibration, handed: HandedOver, preview: Path) -> dict[str, Any]:
    """All of it for a program."""
    stream, moved = calibration.stream, calibration.moved
    return {
        "camera": calibration.camera,
        "digest": handed.digest.hex(),
        "at_ms": calibration.at_ms,
        "at_once": handed.at_once,
        "agent_running": handed.running,
        "has_night": has_night(calibration),
        "stream": dict(vars(stream)),
        "clock_box": calibration.clock_box,
        "platform_milli": calibration.platform,
        "lamp_milli": calibration.lamp,
        "masks_milli": list(calibration.masks),
        "sharp_colour_milli": calibration.sharp_colour_milli,
        "sharp_infrared_milli": calibration.sharp_infrared_milli,
        "moved": None if moved is None else dict(vars(moved)),
        "preview": str(preview),
    }


def already_dark() -> Refusal:
    return Refusal(
        "E_INFRARED",
        Phrase("摄像头现在是红外画面。", "The camera shows infrared now."),
        Phrase(
            "请在白天标定；补夜间参考用 --add-night；没有彩色的摄像头加 --only-infrared。",
            "Calibrate by day. To add a night reference use --add-night; for a camera without"
            " colour, --only-infrared.",
        ),
    )


def still_light() -> Refusal:
    return Refusal(
        "E_COLOUR",
        Phrase("摄像头现在是彩色画面，不能作夜间参考。", "The camera shows colour, not infrared."),
        Phrase(
            "请天黑后再运行，或加 --wait 12 等它转为红外。",
            "Run it again in the dark, or let it wait: --wait 12.",
        ),
    )


def no_day_yet(camera: str) -> Refusal:
    return Refusal(
        "E_NO_DAY",
        Phrase(f"摄像头 {camera} 还没有标定。", f"Camera {camera} was not calibrated yet."),
        Phrase(
            "请先在白天标定，并等磅房服务接收。",
            "Calibrate it by day first, and let the agent take that.",
        ),
    )
