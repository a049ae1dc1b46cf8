"""What /proc says of processes: whose child, which command, how much memory and time."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
MIB = 1 << 20
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
IDLE_FIELDS = (3, 4)  # of the cpu line: idle, waiting for the disk
BUSY_FIELDS = 8


def children_of(process_id: int, *words: str) -> tuple[int, ...]:
    """Children whose command line holds all of `words`, oldest first."""
    every = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    found = (one for one in every if parent_of(one) == process_id)
    return tuple(sorted(child for child in found if set(words) <= set(command_of(child))))


def parent_of(process_id: int) -> int | None:
    """None once it has ended."""
    try:
        return int(_fields(process_id)[1])
    except OSError:
        return None


def command_of(process_id: int) -> tuple[str, ...]:
    """The words of its command line, programs by their last name."""
    try:
        line = (PROC / str(process_id) / "cmdline").read_bytes()
    except OSError:
        return ()
    words = line.decode("utf-8", "replace").split("\0")
    return tuple(Path(word).name if "/" in word else word for word in words)


def memory_mib(process_id: int) -> float:
    """Resident memory, shared libraries included."""
    resident = (PROC / str(process_id) / "statm").read_text(encoding="ascii").split()[1]
    return int(resident) * PAGE_BYTES / MIB


def own_memory_mib(process_id: int) -> float:
    """Its fair part: what it shares with others counts by its share (PSS)."""
    text = (PROC / str(process_id) / "smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:") / 1024


def cpu_s(process_id: int) -> float:
    """Processor time it has used, in user and kernel mode."""
    fields = _fields(process_id)
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def busy_s() -> float:
    """Processor time all programs of this machine have used."""
    line = (PROC / "stat").read_text(encoding="ascii").splitlines()[0]
    ticks = [int(field) for field in line.split()[1 : 1 + BUSY_FIELDS]]
    return sum(ticks[n] for n in range(BUSY_FIELDS) if n not in IDLE_FIELDS) / TICKS_PER_S


def own_s() -> float:
    """Processor time of this process and of the children it has seen end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _fields(process_id: int) -> list[str]:
    """Those of its stat line behind the name, which may hold anything."""
    stat = (PROC / str(process_id) / "stat").read_text(encoding="utf-8", errors="replace")
    return stat.rpartition(")")[2].split()
