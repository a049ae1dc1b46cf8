"""The folder `inbox/`: orders and plates that come as files, from a stick or a weigh-room program.

`*.order` holds an order message or its WO1 text, `*.plate` a plate in UTF-8 and, on a second line,
why it takes over another truck's ticket, `*.calibration` what `edge-agent camera calibrate` signed,
`*.reprint` the number of a record whose slip is wanted again, `*.test` minutes of test mode,
`*.ask` and `*.answer` a call to the bureau.
A file is read when it has not changed between two looks, so that none is taken half-copied. What
was read goes to `inbox/done/`; what is too large to be either goes there unread; what cannot be
read stays.
"""

import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path

import structlog

from edge_agent.clockwork import now
from edge_agent.events import (
    CalibrationArrived,
    CodeRead,
    Event,
    OrderArrived,
    PlateGiven,
    ReprintAsked,
    TrialAsked,
)
from edge_agent.phone_letters import read_ask, read_code
from edge_agent.workers import Stop

LOOK_S = 0.5
LARGEST_BYTES = 65_536
MAX_AT_ONCE = 100
MAX_DIGITS = 12
MAX_NOTE = 120
SUFFIXES = (".order", ".plate", ".calibration", ".reprint", ".test", ".ask", ".answer")

Mark = tuple[int, int, int]  # size, and when content and entry last changed

log = structlog.get_logger(__name__)


class Mailbox:
    """One folder, looked at again and again. A file that fails is told once and holds up none."""

    def __init__(self, folder: Path, post: Callable[[Event], bool]) -> None:
        self._folder = folder
        self._done = folder / "done"
        self._post = post
        self._seen: dict[Path, Mark] = {}
        self._failed: dict[Path, Mark] = {}

    def look(self) -> None:
        """Post what has come and stands still. Errors: OSError (the folder)."""
        self._done.mkdir(parents=True, exist_ok=True)
        before, self._seen = self._seen, _found(self._folder)
        self._failed = {p: mark for p, mark in self._failed.items() if self._seen.get(p) == mark}
        settled = [p for p, mark in self._seen.items() if before.get(p) == mark]
        for path in [p for p in settled if p not in self._failed][:MAX_AT_ONCE]:
            try:
                self._take(path)
            except OSError as error:
                self._failed[path] = self._seen[path]
                log.warning("a file in the inbox stays there", name=path.name, error=str(error))

    def _take(self, path: Path) -> None:
        event = read_letter(path)
        # Moved first: posted twice is worse than not at all. Without room it comes back.
        path.replace(self._done / path.name)
        if event is not None and not self._post(event):
            (self._done / path.name).replace(path)


def watch_folder(
    folder: Path, post: Callable[[Event], bool], stop: Stop, look_s: float = LOOK_S
) -> None:
    """Look until `stop`; the body of a thread."""
    mailbox = Mailbox(folder, post)
    failure = ""
    while not stop.wait(look_s):
        try:
            mailbox.look()
            failure = ""
        except OSError as error:
            if str(error) != failure:
                failure = str(error)
                log.warning("the inbox folder cannot be read", error=failure)


def read_letter(path: Path) -> Event | None:
    """The event a file stands for. Errors: OSError."""
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        log.warning("a file in the inbox is too large", name=path.name)
        return None
    if path.suffix == ".plate":
        return read_plate_letter(data)
    if path.suffix == ".calibration":
        return CalibrationArrived(now(), data)
    if path.suffix == ".reprint":
        number = read_number(data)
        return None if number is None else ReprintAsked(now(), number)
    if path.suffix == ".test":
        minutes = read_number(data)
        return None if minutes is None else TrialAsked(now(), minutes)
    if path.suffix == ".ask":
        return read_ask(data)
    if path.suffix == ".answer":
        return read_code(data)
    if data.lstrip().startswith(b"WO1:"):
        return CodeRead(now(), "inbox", data.strip())
    return OrderArrived(now(), data)


def read_plate_letter(data: bytes) -> PlateGiven:
    """The plate, and behind it the reason where there is one."""
    text = unicodedata.normalize("NFC", data.decode("utf-8", "replace"))
    plate, _, rest = text.strip().partition("\n")
    note = "".join(one for one in " ".join(rest.split()) if one.isprintable())[:MAX_NOTE]
    return PlateGiven(now(), plate.strip(), "operator", note or None)


def read_number(data: bytes) -> int | None:
    number = data.strip()
    if not number.isdigit() or len(number) > MAX_DIGITS:
        log.warning("a file in the inbox holds no number", text=data[:20])
        return None
    return int(number)


def _found(folder: Path) -> dict[Path, Mark]:
    """Letters by name. A pipe or a device would hold the reader up; an empty file is to be filled.

    Errors: OSError.
    """
    found = {}
    for path in sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES):
        try:
            facts = path.stat()
        except OSError:
            continue
        if stat.S_ISREG(facts.st_mode) and facts.st_size:
            found[path] = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
    return found
