"""Something about the camera's settings: password, path, codec, distance of keyframes."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.facts import NOT_FOUND, UNAUTHORISED, UNDECODABLE
from drivers.cameras.judging.verdict import Grade, Sample

STATUS = {UNAUTHORISED: 401, NOT_FOUND: 404, UNDECODABLE: 415}


def refused(look: Look) -> Sample:
    """Refused, or a codec that is not the commissioned one."""
    why, codec = look.packets.refused, look.calibration.codec
    if why is not None:
        return Sample(Grade.BAD, {"status": STATUS.get(why, 400)}, {"status": 200})
    other = bool(codec and look.packets.codec) and look.packets.codec != codec
    return Sample(
        Grade.BAD if other else Grade.GOOD,
        {"commissioned_codec": int(not other)},
        {"commissioned_codec": 1},
    )


def gop(look: Look) -> Sample | None:
    """Keyframes too far apart to judge by, as "smart codecs" make them."""
    if look.packets.gop_ms is None:
        return None
    far = look.packets.gop_ms > look.limits.gop_ms
    measured, limit = {"gop_ms": look.packets.gop_ms}, {"gop_ms": look.limits.gop_ms}
    return Sample(Grade.BAD if far else Grade.GOOD, measured, limit)
