"""What came of watching a camera, a recording or a folder: plain data, and what follows from it."""

from dataclasses import dataclass

from drivers.cameras.judging.facts import NOT_FOUND, UNAUTHORISED, UNDECODABLE
from drivers.cameras.sources import REFUSED, SILENT
from edge_agent.camera_trial import OK, ORDER, Span
from edge_agent.reasons import Reason

STREAM, FILE, FOLDER = "stream", "file", "folder"
CUT_SHORT_MS = 2_000
REASONS_BY_STATE = {
    UNAUTHORISED: Reason.PASSWORD,
    NOT_FOUND: Reason.PATH,
    UNDECODABLE: Reason.CODEC,
    REFUSED: Reason.SERVICE_DOWN,
    SILENT: Reason.UNREACHABLE,
}


@dataclass(frozen=True)
class Outcome:
    """What came of a watching. `kind`: stream, file or folder; times of spans are since its start.

    `promised_ms`: how long a file says it is. `unread`: a folder's files that hold no picture.
    `found_state`: how a stream that never came was found.
    """

    source: str
    kind: str
    began_ms: int
    spans: tuple[Span, ...]
    last_state: str
    unproven: tuple[str, ...] = ()
    media_ms: int = 0
    took_ms: int = 0
    pictures: int = 0
    packets: int = 0
    width: int = 0
    height: int = 0
    codec: str = ""
    gop_ms: int | None = None
    promised_ms: int | None = None
    damaged: int = 0
    unread: tuple[str, ...] = ()
    found_state: str = ""

    @property
    def ok(self) -> bool:
        return not (self.spans or self.unread or self.damaged or self.is_cut_short)

    @property
    def is_cut_short(self) -> bool:
        promised_ms = self.promised_ms
        return promised_ms is not None and promised_ms - self.media_ms > CUT_SHORT_MS

    @property
    def state(self) -> str:
        """The gravest of all that was found."""
        found = {span.told.state for span in self.spans}
        return next((code for code in ORDER if code in found), OK)

    @property
    def fps_milli(self) -> int | None:
        return self.packets * 1_000_000 // self.media_ms if self.media_ms > 0 else None

    @property
    def reason(self) -> Reason | None:
        """Why nothing came, as far as that is known without more questions."""
        if self.pictures or self.kind != STREAM:
            return None
        return REASONS_BY_STATE.get(self.found_state)
