"""The analytic tables a month is judged by: integers and text, one row per fact.

The schemas stand here, with the units in the names; `decoding` and `loading` fill them from the
collector's database, the rules read them through Ibis. Times are milliseconds since 1970 UTC, days
were named at decoding in the legal time zone, absent text is "", absent numbers are NULL. The
embedded engine is DuckDB over Arrow; another engine serves the same tables by the same names.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import ibis
import pyarrow as pa

Row = tuple[Any, ...]
Expression = Any  # Ibis ships no types

ROWS_PER_CHUNK = 50_000
OPEN_SEQ = 2**62
OPEN_MS = 2**62

PLACE = "weighbridge:t enterprise:t"
POINT = f"{PLACE} epoch:i seq:i"
SCHEMAS = {
    "records": f"{POINT} at_ms:i day:t received_ms:i kind:i missing_before:i intact:i software:t",
    "weighings": f"{POINT} at_ms:i day:t received_ms:i kind:i family:t product:t ticket_no:t"
    " plate:t plate_source:t tare_kg:i gross_kg:i net_kg:i loaded_kg:i halted:i",
    "reasons": f"{POINT} reason:t ticket_no:t",
    "remarks": f"{POINT} at_ms:i of_seq:i remark:t",
    "tests": f"{POINT} at_ms:i loaded_kg:i",
    "bare_sales": f"{POINT} ticket_no:t",
    "sale_permits": f"{POINT} at_ms:i net_kg:i number:i",
    "darks": f"{POINT} from_ms:i to_ms:i clean:i",
    "stretches": f"{PLACE} epoch:i code:t subject:t from_seq:i to_seq:i",
    "episodes": f"{PLACE} epoch:i from_seq:i code:t subject:t from_ms:i to_ms:i reported_ms:i"
    " permit:i release:i",
    "closures": f"{PLACE} from_ms:i to_ms:i",
    "suspensions": f"{PLACE} number:i from_ms:i to_ms:i reason:t",
    "permits": f"{PLACE} number:i from_ms:i to_ms:i measures:t max_trucks:i max_kg:i by1:t by2:t",
    "releases": f"{PLACE} number:i at_ms:i by1:t by2:t",
    "tickets": f"{PLACE} ticket_no:t family:t product:t net_kg:i used_at_ms:i used_seq:i",
    "received": f"{PLACE} ticket_no:t buyer:t sent_kg:i received_kg:i due_ms:i reported_ms:i",
    "yields": "enterprise:t product:t unit:t measured:i expected:i",
    "entries": "entry_id:i at_ms:i day:t family:t ticket_no:t move:t from_state:t to_state:t"
    " enterprise_from:t weighbridge_from:t enterprise_to:t weighbridge_to:t by1:t by2:t source:t",
    "balances": f"moment:t family:t {PLACE} state:t tickets:i",
    "spent": f"{PLACE} tickets:i sales:i seq:i",
    "reported": f"{PLACE} epoch:i seq:i reserved:i used:i ledger_reserved:i ledger_used:i",
    "astray": "ticket_no:t enterprise:t state:t entry_state:t",
    "heads": f"{POINT} max_seq:i at_ms:i seen_ms:i",
    "quarantine": f"id:i {POINT} code:t received_ms:i",
    "notes": f"{PLACE} code:t at_ms:i ticket_no:t measured:t source:t",
    "enterprises": "enterprise:t name:t uscc:t licence_no:t mine:t capacity_t:i",
    "weighbridges": f"{PLACE} name:t certificate:t",
    "products": "product:t family:t name:t",
}
TYPES = {"i": pa.int64(), "t": pa.string()}


class Tables:
    """The tables of SCHEMAS as Ibis expressions, by attribute; looked up when first asked for."""

    def __init__(self, backend: Expression) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Expression:
        if name not in SCHEMAS:
            raise AttributeError(name)
        table = self._backend.table(name)
        self.__dict__[name] = table
        return table


def arrow_schema(table: str) -> pa.Schema:
    return pa.schema(
        [
            (name, TYPES[kind])
            for name, _, kind in (c.partition(":") for c in SCHEMAS[table].split())
        ]
    )


def as_arrow(table: str, rows: Iterable[Row]) -> pa.Table:
    """Rows (in the order of the schema) as one Arrow table, gathered in bounded chunks."""
    schema = arrow_schema(table)
    source = iter(rows)
    batches = []
    while chunk := list(islice(source, ROWS_PER_CHUNK)):
        columns = [
            pa.array(c, f.type) for c, f in zip(zip(*chunk, strict=True), schema, strict=True)
        ]
        batches.append(pa.record_batch(columns, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def register(arrow: dict[str, pa.Table]) -> Tables:
    """The tables served by an embedded DuckDB; a table that was not given is empty."""
    backend = ibis.duckdb.connect()
    for name in SCHEMAS:
        backend.con.register(name, arrow.get(name, arrow_schema(name).empty_table()))
    return Tables(backend)
