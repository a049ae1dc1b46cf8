"""The vector files: frames with what they mean, one JSON object a line, one file a module.

{"protocol", "hex", "kind", "weight", "unit", "stable", "net", "reason", "source"}; several readings
in one piece of bytes are a list under "readings". A field left out is null.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from drivers.scales.reading import Reading, Reject, Status, Weight

FOLDER = Path(__file__).parent / "vectors"
FIELDS = ("kind", "weight", "unit", "stable", "net", "reason")

Row = dict[str, Any]


class Vector(NamedTuple):
    module: str
    protocol: str
    data: bytes
    expected: list[Row]


def vectors(folder: Path = FOLDER) -> Iterator[Vector]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            expected = row.get("readings", [row])
            yield Vector(
                path.stem,
                row["protocol"],
                bytes.fromhex(row["hex"]),
                [{field: one.get(field) for field in FIELDS} for one in expected],
            )


def row_of(reading: Reading) -> Row:
    row: Row = dict.fromkeys(FIELDS)
    match reading:
        case Weight():
            row |= {"kind": "reading", "weight": reading.text, "unit": reading.unit}
            row |= {"stable": reading.stable, "net": reading.net, "reason": reading.register}
        case Status():
            row |= {"kind": "status", "reason": reading.reason}
            row |= {"stable": reading.stable, "net": reading.net}
        case Reject():
            row |= {"kind": "reject", "reason": reading.reason}
    return row
