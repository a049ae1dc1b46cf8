"""Which files a record names as its evidence, by SHA-256: one definition for sender and auditor."""

from weighbook.bodies import Body, Calibration, CauseChange, Kind, Weighing

NAMING_KINDS = (
    Kind.TARE,
    Kind.SALE,
    Kind.REFUSED,
    Kind.PASSAGE,
    Kind.TEST,
    Kind.CAUSE,
    Kind.CALIBRATION,
)


def evidence_of(body: Body) -> tuple[bytes, ...]:
    """Each digest once, as they are named. A calibration without pictures is that of a scale,
    whose paper lies elsewhere.
    """
    named: list[bytes | None] = []
    if isinstance(body, Weighing):
        named = [body.curve, body.frames, *(picture for _, picture in body.pictures)]
    if isinstance(body, Calibration) and body.pictures is not None:
        named = [body.evidence, *(picture for _, picture in body.pictures)]
    if isinstance(body, CauseChange):
        named = [digest for _, _, digest, _ in body.evidence or ()]
    return tuple(dict.fromkeys(digest for digest in named if digest is not None))
