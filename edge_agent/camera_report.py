"""What a technician is told about one camera: pure, from what its watching brought.

The verdicts are those of the agent in service, with times of proof that fit into the watching.
Passwords in addresses are never shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from drivers.cameras.health import FROZEN, LOST, CameraLimits, Verdict
from drivers.cameras.slot import NONE, Seen
from weighbook.phrase import Phrase

# Both rather hide too much: passwords may hold any sign, the ends of fields too.
USER_AND_PASSWORD = re.compile(r"(?s)(?<=://)([^:]*):.*@")
PASSWORD_FIELD = re.compile(r"(?i)(pass\w*|pwd)=[^&\s]*")
WELL = Phrase("正常", "well")


class Finding(NamedTuple):
    """One line of the report."""

    check: Phrase
    ok: bool
    measured: str
    limit: str
    remedy: Phrase


@dataclass(frozen=True)
class Watched:
    """What came of the watching. `opened_ms` None: nothing ever came; ages and times in ms."""

    open_limit_ms: int
    opened_ms: int | None
    first: Seen
    last: Seen
    ended_ms: int
    verdicts: tuple[Verdict, ...]

    def fps_milli(self) -> int:
        """Packets per 1000 seconds."""
        passed_ms = self.last.packet_ms - self.first.packet_ms
        count = self.last.packets - self.first.packets
        return count * 1_000_000 // passed_ms if passed_ms > 0 else 0

    def picture_age_ms(self) -> int | None:
        return None if self.last.picture_ms == NONE else self.ended_ms - self.last.picture_ms


def mask(source: str) -> str:
    """The source as it may be shown: without its passwords."""
    return PASSWORD_FIELD.sub(r"\1=***", USER_AND_PASSWORD.sub(r"\1:***@", source))


def limits_for(seconds: int) -> CameraLimits:
    """The limits of service, with times of proof that fit into the watching."""
    half_ms = 500 * seconds
    usual = CameraLimits()
    return CameraLimits(
        back_after_ms=min(usual.back_after_ms, half_ms),
        living_after_ms=min(usual.living_after_ms, half_ms),
        frozen_after_ms=min(usual.frozen_after_ms, half_ms),
    )


def findings(watched: Watched, min_height: int) -> Iterator[Finding]:
    """The report's lines; the verdicts are those of the agent in service."""
    last, verdicts = watched.last, {verdict.code: verdict for verdict in watched.verdicts}
    if watched.opened_ms is None:
        remedy = Phrase("检查地址、账号密码、电源和网线", "check address, account, power and cable")
        limit = f"<= {watched.open_limit_ms / 1000:.1f} s"
        yield Finding(Phrase("打开视频源", "opened"), ok=False, measured="no", limit=limit,
                      remedy=remedy)  # fmt: skip
        return
    opened = f"{watched.opened_ms / 1000:.1f} s"
    yield Finding(Phrase("打开视频源", "opened"), ok=True, measured=opened, limit="—", remedy=WELL)
    tall = last.height >= min_height
    remedy = WELL if tall else Phrase("把主码流设为高清", "set its main stream to HD")
    size = f"{last.width}×{last.height}"
    yield Finding(Phrase("画面尺寸", "size"), tall, size, f"height >= {min_height}", remedy)
    yield _shown(Phrase("每秒包数", "packets a second"), f"{watched.fps_milli() / 1000:.1f}")
    yield _shown(Phrase("最新画面距今", "newest picture's age"), _seconds(watched.picture_age_ms()))
    yield _shown(Phrase("画面变化", "difference"), _level(last.difference_milli))
    yield _shown(Phrase("时钟变化", "clock difference"), _level(last.clock_difference_milli))
    for code, check, remedy in VERDICTS:
        verdict = verdicts[code]
        words = WELL if verdict.ok else remedy
        yield Finding(check, verdict.ok, verdict.measured, verdict.limit, words)


VERDICTS = (
    (
        LOST,
        Phrase("CAMERA_LOST 掉线", "CAMERA_LOST"),
        Phrase("检查电源、网线和交换机", "check power, cable and switch"),
    ),
    (
        FROZEN,
        Phrase("CAMERA_FROZEN 静止或重放", "CAMERA_FROZEN"),
        Phrase(
            "重启摄像头；确认不是录像；核对时钟框",
            "restart it; see that it is no recording; check the clock box",
        ),
    ),
)


def state_of(verdicts: tuple[Verdict, ...]) -> str:
    """`ok`, or the code of the first verdict that is not."""
    return next((verdict.code for verdict in verdicts if not verdict.ok), "ok")


def summary(source: str, watched: Watched, found: list[Finding], at_ms: int) -> dict[str, Any]:
    """The last JSON line; `null` where nothing was seen."""
    last = watched.last

    def seen(value: int) -> int | None:
        return None if value == NONE else value

    return {
        "summary": mask(source),
        "at_ms": at_ms,
        "ok": all(finding.ok for finding in found),
        "state": state_of(watched.verdicts),
        "faults": [finding.check.en for finding in found if not finding.ok],
        "opened_ms": watched.opened_ms,
        "width": last.width or None,
        "height": last.height or None,
        "fps_milli": watched.fps_milli(),
        "picture_age_ms": watched.picture_age_ms(),
        "difference_milli": seen(last.difference_milli),
        "clock_difference_milli": seen(last.clock_difference_milli),
    }


def _shown(check: Phrase, measured: str) -> Finding:
    return Finding(check, ok=True, measured=measured, limit="—", remedy=WELL)


def _seconds(ms: int | None) -> str:
    return "—" if ms is None else f"{ms / 1000:.1f} s"


def _level(milli: int) -> str:
    return "—" if milli == NONE else f"{milli / 1000:.3f} grey levels"
