"""Draws the next waybill number, once: written down before it is handed out.

`waybills.json` keeps the newest serial of each batch and year. If it is lost, counting goes on
behind the highest number the book knows, with room for those that were drawn and not yet used.
"""

import json
from pathlib import Path
from typing import NamedTuple

from edge_agent.evidence import write_whole
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import make_ticket_no
from weighbook.waybills import batch_of, serial_of

LARGEST_SERIAL = 999_999
LOST_ROOM = 1_000
YEAR = slice(7, 9)


class Series(NamedTuple):
    """Whose numbers these are."""

    family: str
    county: int
    batch: int
    year: int


def draw_number(path: Path, series: Series, used: frozenset[str]) -> str:
    """The next number of this batch and year. Refusals: E_WAYBILLS (none left, or unreadable)."""
    family, county, batch, year = series
    counts = read_counts(path)
    name = f"{batch}-{year}"
    seen = [serial_of(n) for n in used if batch_of(n) == batch and int(n[YEAR]) == year]
    newest = counts.get(name)
    if newest is None:
        newest = max(seen) + LOST_ROOM if seen else 0
    serial = max(newest, *seen, 0) + 1
    if serial > LARGEST_SERIAL:
        raise waybills_refused(f"{serial} > {LARGEST_SERIAL}")
    write_whole(path, json.dumps(counts | {name: serial}).encode(), 0o600)
    return make_ticket_no(family, f"{county:06d}", year, batch, serial)


def read_counts(path: Path) -> dict[str, int]:
    """None lost is none drawn; what cannot be read must not be counted from anew."""
    try:
        counts = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise waybills_refused(str(error)) from error
    if not isinstance(counts, dict) or not all(type(count) is int for count in counts.values()):
        raise waybills_refused("counts")
    return {str(name): count for name, count in counts.items()}


def waybills_refused(detail: str) -> Refusal:
    return Refusal(
        "E_WAYBILLS",
        Phrase(f"不能取得运单号：{detail}。", f"No waybill number can be drawn: {detail}."),
        Phrase(
            "请检查 waybills.json，或请能源局换一个批次。",
            "Check waybills.json, or ask the bureau for another batch.",
        ),
    )
