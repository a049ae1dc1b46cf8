"""Tickets of other systems, as far as a plug-in can read them.

A plug-in is a function named under the entry point `weighhouse.foreign_tickets`: bytes of a scanned
code in, `{name: text}` out with at least `number`, or None where the code is not of its system. It
decides nothing: such a ticket is refused like any other that is not the bureau's, but by its name,
and what was scanned is kept as it came.
"""

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from typing import NamedTuple

import structlog

GROUP = "weighhouse.foreign_tickets"
MOST_CHARACTERS = 60
LARGEST_CODE_BYTES = 4_096

Decoder = Callable[[bytes], Mapping[str, str] | None]

log = structlog.get_logger(__name__)


class Foreign(NamedTuple):
    """A ticket of another system: whose, and its number there."""

    system: str
    number: str


class Decoders:
    """The plug-ins of this machine, asked in the order of their names."""

    def __init__(self, decoders: Iterable[tuple[str, Decoder]]) -> None:
        self._decoders = sorted(decoders, key=lambda one: one[0])

    def read(self, raw: bytes) -> Foreign | None:
        """Whose ticket it is; None if nobody knows. A plug-in that fails knows nothing."""
        if len(raw) > LARGEST_CODE_BYTES:
            return None
        for system, decode in self._decoders:
            try:
                found = decode(raw)
                number = "" if found is None else _short(found["number"])
            except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
                log.warning("a decoder of foreign tickets failed", system=system, error=str(error))
                continue
            if number:
                return Foreign(_short(system), number)
        return None


def installed() -> Decoders:
    """Those that are installed; one that cannot be loaded is told and left out."""
    found: list[tuple[str, Decoder]] = []
    for point in entry_points(group=GROUP):
        try:
            found.append((point.name, point.load()))
        except (ImportError, AttributeError) as error:
            log.warning(
                "a decoder of foreign tickets is missing", name=point.name, error=str(error)
            )
    return Decoders(found)


def _short(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:MOST_CHARACTERS]
