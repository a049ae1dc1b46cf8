"""Where things stand on the MQTT broker: `weighhouse/1/<bucket>/<weighbridge>/…`."""

import re
import zlib

from weighbook.refusals import refuse

ROOT = "weighhouse/1"
BUCKETS = 64
WEIGHBRIDGE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")


def is_weighbridge(weighbridge: str) -> bool:
    """Whether the id may stand in a topic: capitals, digits and dashes, 32 at most."""
    return WEIGHBRIDGE.fullmatch(weighbridge) is not None


def bucket_of(weighbridge: str) -> int:
    """CRC-32 of the id modulo 64: ingest workers own sets of buckets."""
    return zlib.crc32(weighbridge.encode()) % BUCKETS


def place(weighbridge: str) -> str:
    """The topic all of a weighbridge's topics begin with. Errors: Refusal E_SCHEMA."""
    if not is_weighbridge(weighbridge):
        raise refuse("E_SCHEMA", f"weighbridge {weighbridge!r}")
    return f"{ROOT}/{bucket_of(weighbridge):02x}/{weighbridge}"


def records(weighbridge: str) -> str:
    """Agent → collector: CBOR sequences of record messages."""
    return f"{place(weighbridge)}/records"


def checkpoint(weighbridge: str) -> str:
    """Agent → collector, retained: where its book stands."""
    return f"{place(weighbridge)}/checkpoint"


def presence(weighbridge: str) -> str:
    """Agent → collector, retained: `online`, or `gone` as its last will."""
    return f"{place(weighbridge)}/presence"


def receipt(weighbridge: str) -> str:
    """Collector → agent, retained: the newest receipt."""
    return f"{place(weighbridge)}/receipt"


def order(weighbridge: str, number: int) -> str:
    """Collector → agent, retained until applied: the order of that number."""
    return f"{place(weighbridge)}/orders/{number}"


def bucket_records(bucket: int) -> str:
    """What an ingest worker subscribes to for one bucket."""
    return f"{ROOT}/{bucket:02x}/+/records"


def bucket_checkpoints(bucket: int) -> str:
    """The checkpoints of one bucket."""
    return f"{ROOT}/{bucket:02x}/+/checkpoint"


def bucket_presence(bucket: int) -> str:
    """The presence messages of one bucket."""
    return f"{ROOT}/{bucket:02x}/+/presence"


def parse(topic: str) -> tuple[str, str] | None:
    """(weighbridge, what) of a topic; None if it is not one of ours or in the wrong bucket."""
    parts = topic.split("/", 4)
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT or not is_weighbridge(parts[3]):
        return None
    if parts[2] != f"{bucket_of(parts[3]):02x}":
        return None
    return parts[3], parts[4]
