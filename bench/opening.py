"""`opening`: what a long book costs at start, for the state of an agent is the fold of its book.

The fold: every record read, checked against its digest, linked, and folded (`open_ledger`), against
reading and hashing the same rows. The start: `edge-agent run` from its command line to the READY=1
it sends systemd, against a Python interpreter that starts and does nothing.
"""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.bare import read_and_hash
from bench.progress import Progress
from bench.result import Growth, NotMeasured, Result
from bench.site import DECK, INDICATOR, WEIGHBRIDGE, Place, found, grow
from bench.timing import median, seconds_of
from demo.processes import Program, script
from edge_agent.opening import open_ledger
from weighbook.phrase import Phrase

FOLD = Phrase("重放账簿", "folding the book")
HASH = Phrase("只读出并求摘要", "reading and hashing the same rows")
START = Phrase("从启动到就绪", "edge-agent run until ready")
BARE_START = Phrase("空的 Python 进程", "a Python process that does nothing")
LENGTH = Phrase("账簿条数", "records in the book")
MEASURING = Phrase("测量中，账簿条数", "measuring, records in the book")
READY_LIMIT_S = 60.0
DATAGRAM_BYTES = 4_096

CONFIG = """weighbridge = "{weighbridge}"
state_dir = "{state}"
[scale]
port = "{state}/no-scale"
protocol = "yaohua-tf0"
indicator = "{indicator}"
[[camera]]
name = "{camera}"
source = "{state}/no-camera"
[mqtt]
host = "127.0.0.1"
port = 1
[disk]
min_free_mib = 16
"""


@dataclass(frozen=True)
class Sizes:
    """`books`: lengths of the book, the one that counts last; `rounds`: folds of each."""

    books: tuple[int, ...] = (0, 1_000, 10_000)
    rounds: int = 5
    starts: int = 3


FULL = Sizes()


@dataclass(frozen=True)
class Times:
    """Seconds at one length of the book."""

    fold: float
    hashing: float
    start: float
    bare_start: float


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """Every length of the book; the results are those of the longest."""
    place = found(folder)
    measured: list[tuple[int, Times]] = []
    for size in sizes.books:
        progress(MEASURING, size, sizes.books[-1])
        grow(place, size, progress)
        measured.append((size, _measure(place, sizes)))
    place.bureau.close()
    last = measured[-1][1]
    folds = Growth(FOLD, "s", LENGTH, tuple((size, times.fold) for size, times in measured))
    starts = Growth(START, "s", LENGTH, tuple((size, times.start) for size, times in measured))
    return (
        Result("opening.fold", FOLD, "s", last.fold, HASH, last.hashing, growth=(folds,)),
        Result(
            "opening.start", START, "s", last.start, BARE_START, last.bare_start, growth=(starts,)
        ),
    )


def _measure(place: Place, sizes: Sizes) -> Times:
    def fold(_round: int) -> None:
        book = place.book()
        opened = open_ledger(book)
        book.close()
        assert opened.fault is None, opened.fault

    def hashing(_round: int) -> None:
        assert read_and_hash(place.site.book)

    rounds, starts = range(sizes.rounds), range(sizes.starts)
    return Times(
        fold=median([seconds_of(fold, number) for number in rounds]),
        hashing=median([seconds_of(hashing, number) for number in rounds]),
        start=median([_seconds_to_ready(place) for _ in starts]),
        bare_start=median([seconds_of(_start_python, number) for number in starts]),
    )


def _start_python(_round: int) -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def _seconds_to_ready(place: Place) -> float:
    """From the command to the READY=1 that systemd would hear."""
    config = place.folder / "agent.toml"
    config.write_text(
        CONFIG.format(
            weighbridge=WEIGHBRIDGE, state=place.site.folder, indicator=INDICATOR, camera=DECK
        ),
        encoding="utf-8",
    )
    words = script("edge-agent", "run", "--config", str(config))
    with notify_socket() as (address, ready):
        began = time.perf_counter()
        agent = Program(words, place.folder / "agent.log", {"NOTIFY_SOCKET": address})
        try:
            while b"READY=1" not in ready.recv(DATAGRAM_BYTES):
                pass
            return time.perf_counter() - began
        except TimeoutError:
            log = (place.folder / "agent.log").read_text(encoding="utf-8")
            raise NotMeasured(f"not ready in {READY_LIMIT_S:g} s: {log}") from None
        finally:
            agent.stop()


@contextmanager
def notify_socket() -> Iterator[tuple[str, socket.socket]]:
    """A socket such as systemd gives a service to report on."""
    with (
        # Short, for a socket's path has room for a hundred bytes.
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready,
    ):
        address = str(Path(folder) / "notify")
        ready.bind(address)
        ready.settimeout(READY_LIMIT_S)
        yield address, ready
