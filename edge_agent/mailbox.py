"""The folder `inbox/`: orders and plates that come as files, from a stick or a weigh-room program.

`*.order` holds an order message or its WO1 text, `*.plate` a plate in UTF-8. What was read goes to
`inbox/done/`; what is too large to be either goes there unread.
"""

from collections.abc import Callable
from pathlib import Path

import structlog

from edge_agent.clockwork import now
from edge_agent.events import CodeRead, Event, OrderArrived, PlateGiven
from edge_agent.workers import Stop

LOOK_S = 0.5
LARGEST_BYTES = 65_536
MAX_AT_ONCE = 100

log = structlog.get_logger(__name__)


def watch_folder(folder: Path, post: Callable[[Event], bool], stop: Stop) -> None:
    """Post what is found, until `stop`; the body of a thread."""
    done = folder / "done"
    done.mkdir(parents=True, exist_ok=True)
    while not stop.wait(LOOK_S):
        try:
            # A pipe or a device would hold the reader up for ever.
            found = sorted(
                p for p in folder.iterdir() if p.suffix in (".order", ".plate") and p.is_file()
            )
            for path in found[:MAX_AT_ONCE]:
                event = read_letter(path)
                path.replace(done / path.name)
                if event is not None:
                    post(event)
        except OSError as error:
            log.warning("the inbox folder cannot be read", error=str(error))


def read_letter(path: Path) -> Event | None:
    """The event a file stands for. Errors: OSError."""
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        log.warning("a file in the inbox is too large", name=path.name)
        return None
    if path.suffix == ".plate":
        return PlateGiven(now(), data.decode("utf-8", "replace").strip(), "operator")
    if data.lstrip().startswith(b"WO1:"):
        return CodeRead(now(), "inbox", data.strip())
    return OrderArrived(now(), data)
