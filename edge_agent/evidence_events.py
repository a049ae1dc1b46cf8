"""What is heard of evidence: it was taken, it may go, there is too much of it. Part of `events`."""

from dataclasses import dataclass

from edge_agent.moments import Fault, Moment


@dataclass(frozen=True)
class EvidenceTaken:
    """The answer to `GatherEvidence`, when all has come that will: as a cause's record names it.

    `pieces`: kind, time, SHA-256 and bytes of each; `missing`: kinds there are none of, and why.
    """

    now: Moment
    fault: Fault
    pieces: tuple[tuple[str, int, bytes, int], ...]
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PruneProposed:
    """Evidence that may go, since the collector holds it: of records `first` to `last`.

    `unnamed`: how many of the files no record names.
    """

    now: Moment
    first: int
    last: int
    files: int
    size_bytes: int
    unnamed: int


@dataclass(frozen=True)
class DiskCrowded:
    """There is too much evidence here, and it may not go: the collector does not have it yet."""

    now: Moment
    used_mib: int
    too_much_mib: int
