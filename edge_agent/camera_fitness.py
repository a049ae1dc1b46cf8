"""Whether a camera found on the network is fit for a weighbridge: pure, one entry a fault.

The demands are those of service, so that what is found unfit here would close sales there.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from drivers.onvif.facts import (
    BROKEN,
    FAULT,
    INCOMPLETE,
    NOT_FOUND,
    OVERSIZED,
    REDIRECTED,
    REFUSED,
    SILENT,
    UNAUTHORISED,
    UNREADABLE,
    Profile,
)
from edge_agent.camera_survey import Surveyed
from edge_agent.refusals import Words, words
from weighbook.phrase import Phrase

MIN_WIDTH, MIN_HEIGHT = 1_280, 720
MOST_OFF_MS = 5_000
MOST_GOP_MS = 2_000
CODECS = ("H264", "H265")

MISFITS: dict[str, Words] = {
    "UNREACHABLE": words(
        "不应答",
        "it does not answer as ONVIF devices do",
        "检查地址和网线；在摄像头设置中启用 ONVIF",
        "check address and cable; switch ONVIF on in its settings",
    ),
    "LOGIN": words(
        "账号或密码不对，或没有给出",
        "the login is wrong, or none was given",
        "用 --user 和 --password-file；ONVIF 账号常需在摄像头中另建",
        "give --user and --password-file; many cameras want an ONVIF account of its own",
    ),
    "NO_STREAM": words(
        "没有可用的视频流",
        "it offers no video stream",
        "在摄像头中设置主码流",
        "set up its main stream",
    ),
    "NOT_HD": words(
        "主码流低于高清",
        "its main stream is below HD",
        "把主码流设为 1280×720 以上",
        "set the main stream to 1280×720 or more",
    ),
    "CODEC": words(
        "主码流不是 H.264 或 H.265",
        "its main stream is neither H.264 nor H.265",
        "把主码流的编码改为 H.264",
        "set its codec to H.264",
    ),
    "LONG_GOP": words(
        "关键帧间隔过长",
        "keyframes are too far apart",
        "把 I 帧间隔设为帧率的两倍以内，关闭智能编码",
        "set the I-frame interval to twice the frame rate or less; no smart codec",
    ),
    "NO_SUB_STREAM": words(
        "没有子码流",
        "it has no sub-stream",
        "启用子码流，例如 640×360",
        "enable one, 640×360 for instance",
    ),
    "CLOCK_OFF": words(
        "时钟偏差过大",
        "its clock is off",
        "启用 NTP，指向本机",
        "switch NTP on, with this machine as server",
    ),
}


WHY: dict[str, Phrase] = {
    SILENT: Phrase("两秒内没有回答", "no answer within two seconds"),
    REFUSED: Phrase("连接被拒绝", "the connection was refused"),
    BROKEN: Phrase("连接中断，或不是网页服务", "the line broke, or is no HTTP"),
    UNAUTHORISED: Phrase("被拒绝", "refused"),
    NOT_FOUND: Phrase("没有这个地址", "nothing is at this address"),
    REDIRECTED: Phrase("要求改去别处，不予理会", "it points elsewhere, which is not followed"),
    OVERSIZED: Phrase("回答过长", "its answer does not end"),
    UNREADABLE: Phrase("回答不是可读的 XML", "its answer is no XML that can be read"),
    FAULT: Phrase("拒绝回答", "it refused to answer"),
    INCOMPLETE: Phrase("回答中缺少所问内容", "its answer leaves out what was asked"),
}


class Misfit(NamedTuple):
    """One demand that is not met. `why`: in words, where figures do not say it."""

    code: str
    measured: str
    limit: str
    why: Phrase | None = None

    @property
    def words(self) -> Words:
        return MISFITS[self.code]


def answers(device: Surveyed) -> Iterator[Misfit]:
    if device.failure is not None:
        state = device.failure.state
        code = "UNREACHABLE" if device.off_ms is None else "NO_STREAM"
        yield Misfit("LOGIN" if state == UNAUTHORISED else code, state, "ok", WHY[state])


def keeps_time(device: Surveyed) -> Iterator[Misfit]:
    if device.off_ms is not None and abs(device.off_ms) > MOST_OFF_MS:
        yield Misfit("CLOCK_OFF", seconds(device.off_ms, "+"), f"±{seconds(MOST_OFF_MS)}")


def is_hd(device: Surveyed) -> Iterator[Misfit]:
    main = device.main
    if main is not None and not (
        (main.width or 0) >= MIN_WIDTH and (main.height or 0) >= MIN_HEIGHT
    ):
        yield Misfit("NOT_HD", size(main), f"{MIN_WIDTH}×{MIN_HEIGHT}")


def can_be_decoded(device: Surveyed) -> Iterator[Misfit]:
    if device.main is not None and device.main.codec not in CODECS:
        yield Misfit("CODEC", device.main.codec or "?", " / ".join(CODECS))


def has_keyframes(device: Surveyed) -> Iterator[Misfit]:
    gop_ms = None if device.main is None else device.main.gop_ms
    if gop_ms is not None and gop_ms > MOST_GOP_MS:
        yield Misfit("LONG_GOP", seconds(gop_ms), seconds(MOST_GOP_MS))


def has_a_sub_stream(device: Surveyed) -> Iterator[Misfit]:
    main = device.main
    if main is not None and all(one.pixels >= main.pixels for one in device.profiles):
        yield Misfit("NO_SUB_STREAM", f"{len(device.profiles)}", "2")


DEMANDS: tuple[Callable[[Surveyed], Iterator[Misfit]], ...] = (
    answers,
    keeps_time,
    is_hd,
    can_be_decoded,
    has_keyframes,
    has_a_sub_stream,
)


def misfits(device: Surveyed) -> tuple[Misfit, ...]:
    return tuple(misfit for demand in DEMANDS for misfit in demand(device))


def size(profile: Profile) -> str:
    return f"{profile.width or '?'}×{profile.height or '?'}"


def seconds(ms: int, plus: str = "") -> str:
    """`+3600.1 s`."""
    sign = "-" if ms < 0 else plus
    return f"{sign}{abs(ms) // 1000}.{abs(ms) % 1000 // 100} s"
