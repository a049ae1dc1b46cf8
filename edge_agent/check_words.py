"""The words for every check of a camera: what exactly is wrong. One line per check in `CHECKS`."""

from weighbook.phrase import Phrase

CHECKS: dict[str, Phrase] = {
    "watcher": Phrase("值守程序自己迟了", "the watch itself was late"),
    "refused": Phrase("登录或地址被拒，或编码不符", "login or address refused, or another codec"),
    "lost": Phrase("收不到数据", "no data come"),
    "unseen": Phrase("有数据而画面来不及判断", "data come, but no picture of them is judged"),
    "slow": Phrase("帧率过低", "too few frames"),
    "gop": Phrase("关键帧间隔过长", "keyframes too far apart"),
    "device_clock": Phrase("设备时钟偏差过大", "its own clock is off"),
    "stream_clock": Phrase("码流时间走得不对", "the stream's time runs wrong"),
    "challenge": Phrase("灯光问答不符", "the lamp's pattern is not seen"),
    "not_hd": Phrase("尺寸不符", "another size"),
    "plain": Phrase("全黑、全白或单色", "black, white or one colour"),
    "packet_repeats": Phrase("同一数据反复", "the same packet again and again"),
    "replayed": Phrase("重放录像", "a recording is played"),
    "clock_stands": Phrase("画面中的时钟停走", "the clock in the picture stands"),
    "clock_stuck": Phrase("只有时钟停走", "the clock alone stands"),
    "picture_stands": Phrase("画面不动", "nothing in it changes"),
    "covered": Phrase("画面被遮挡", "the scene is covered"),
    "elsewhere": Phrase("画面是别处", "it shows another place"),
    "moved": Phrase("位置变了", "it looks elsewhere"),
    "drifted": Phrase("位置逐渐偏离标定", "it has drifted from the calibrated place"),
    "blurred": Phrase("画面模糊", "out of focus or dirty"),
    "no_reaction": Phrase("秤上来车而画面无变化", "the weight changed and the picture did not"),
    "unproven": Phrase("尚未证实正常", "not yet proven"),
}


def check_phrase(measured: str) -> Phrase | None:
    """Which check found it, by the word its measured values begin with; None: not a check's."""
    return CHECKS.get(measured.partition(":")[0])
