"""The shape all rules answer in: one row per finding and piece of evidence.

A rule is an expression over integers and text, so that any engine gives the same rows: no
division, no floats, counts and sums cast to 64 bits, NULLs handled by name. `collect` in
`collector.reconcile` gathers rows that differ in evidence only into one finding.
"""

from typing import Any, NamedTuple

import ibis

Expression = Any  # Ibis ships no types

COLUMNS = (
    "code", "subject", "part", "unit", "measured", "expected", "tolerance_unit", "tolerance",
    "evidence",
)  # fmt: skip

SALE, REFUSED, PASSAGE = 6, 7, 8  # weighbook.records.Kind, as the records table stores it


class Question(NamedTuple):
    """What a rule asks: its finding code, the unit it counts in, and how far off is allowed."""

    code: str
    unit: str
    tolerance_unit: str
    tolerance: int


class Answer(NamedTuple):
    """The columns (or constants) that answer; `part` keeps findings of one subject apart."""

    subject: Expression
    measured: Expression
    expected: Expression
    evidence: Expression
    part: Expression = ""


def rows(table: Expression, question: Question, answer: Answer) -> Expression:
    """`table` reduced to the columns of COLUMNS, with explicit types."""
    return table.select(
        code=text(question.code),
        subject=text(answer.subject),
        part=text(answer.part),
        unit=text(question.unit),
        measured=number(answer.measured),
        expected=number(answer.expected),
        tolerance_unit=text(question.tolerance_unit),
        tolerance=number(question.tolerance),
        evidence=text(answer.evidence),
    )


def text(value: Expression) -> Expression:
    """The value as text; NULL is the empty text."""
    expression = value if hasattr(value, "cast") else ibis.literal(value)
    return ibis.coalesce(expression.cast("string"), ibis.literal(""))


def number(value: Expression) -> Expression:
    """The value as a 64-bit integer; NULL is zero, so only counts and sums come here."""
    expression = value if hasattr(value, "cast") else ibis.literal(value)
    return ibis.coalesce(expression.cast("int64"), ibis.literal(0, type="int64"))


def count_by(table: Expression, *keys: str) -> Expression:
    """How many rows there are for each key, in a column `n`."""
    return table.group_by(list(keys)).agg(n=table.count().cast("int64"))


def record(table: Expression) -> Expression:
    """How evidence names a record: record:WEIGHBRIDGE/EPOCH/SEQ."""
    return text("record:") + table.weighbridge + "/" + text(table.epoch) + "/" + text(table.seq)
