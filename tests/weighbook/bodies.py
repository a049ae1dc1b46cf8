"""Every kind of record with any body it can have, for hypothesis."""

from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st

from weighbook.records import (
    BODIES,
    VERSION,
    Anchor,
    Clock,
    Kind,
    Phoned,
    Record,
    Totals,
)

MAX_MS = 2**48
TEXTS = st.text(max_size=12).map(lambda text: normalize("NFC", text))
NUMBERS = st.integers(0, MAX_MS)
DIGESTS = st.binary(min_size=32, max_size=32)
KINDS_OF_EVIDENCE = st.sampled_from(("good", "bad", "film", "history"))
PIECES = st.lists(st.tuples(KINDS_OF_EVIDENCE, NUMBERS, DIGESTS, NUMBERS), max_size=3).map(tuple)
MISSING = st.lists(st.tuples(KINDS_OF_EVIDENCE, TEXTS), max_size=3).map(tuple)
PICTURES = st.lists(st.tuples(TEXTS, DIGESTS), max_size=3).map(tuple)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field with that annotation."""
    return TYPES[str(hint)]


TYPES: dict[str, st.SearchStrategy[Any]] = {
    str(int): NUMBERS,
    str(str): TEXTS,
    str(bytes): DIGESTS,
    str(bool): st.booleans(),
    str(int | None): st.none() | NUMBERS,
    str(str | None): st.none() | TEXTS,
    str(bytes | None): st.none() | DIGESTS,
    str(tuple[str, ...]): st.lists(TEXTS, max_size=3).map(tuple),
    str(tuple[int, ...]): st.lists(NUMBERS, max_size=3).map(tuple),
    str(tuple[tuple[str, bytes], ...]): PICTURES,
    str(tuple[tuple[str, bytes], ...] | None): st.none() | PICTURES,
    str(tuple[tuple[str, int, bytes, int], ...] | None): st.none() | PIECES,
    str(tuple[tuple[str, str], ...] | None): st.none() | MISSING,
}

TYPES[str(Phoned | None)] = st.none() | st.builds(
    Phoned, TEXTS, NUMBERS, TYPES[str(tuple[str, ...])], NUMBERS, NUMBERS, NUMBERS
)


def any_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any value of a dataclass of plain fields."""
    hints = {name: field.type for name, field in kind.__dataclass_fields__.items()}
    return st.builds(kind, **{name: values_of(hint) for name, hint in hints.items()})


def records(kind: Kind) -> st.SearchStrategy[Record]:
    """Any record of a kind."""
    return st.builds(
        Record,
        version=st.just(VERSION),
        kind=st.just(kind),
        weighbridge=TEXTS,
        epoch=st.integers(1, 99),
        seq=st.integers(1, MAX_MS),
        prev=DIGESTS,
        at_ms=NUMBERS,
        clock=st.builds(Clock, st.binary(min_size=16, max_size=16), NUMBERS, NUMBERS),
        totals=any_of(Totals),
        order_number=NUMBERS,
        receipt=st.none() | any_of(Anchor),
        body=any_of(BODIES[kind]),
    )
