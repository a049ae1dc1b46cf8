"""A month's reconciliation: tables, rules, findings, totals. One run is a pure function of them.

`reconcile()` reads the month from a home's database and judges it; the same inputs give the same
findings, the same totals and the same result hash, on any day and any engine. The hashes stand in
the manifest of every export, so an auditor can repeat the run and compare.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from collector.finding import Amount, Finding, as_json, order_key
from collector.loading import load
from collector.period import Period
from collector.rules.catalogue import FORMULAS, RULES
from collector.tables import SCHEMAS, Tables, register
from collector.totals import totals_of

REVISION = "R1"


class Run(NamedTuple):
    """A judged month. `tables` serves the pages of the workbook; the rest is the result."""

    period: Period
    revision: str
    formulas: int
    findings: tuple[Finding, ...]
    totals: tuple[Mapping[str, Any], ...]
    inputs_sha256: str
    result_sha256: str
    tables: Tables
    arrow: Mapping[str, pa.Table]


def reconcile(db: sqlite3.Connection, period: Period, revision: str = REVISION) -> Run:
    """Judge one month; `revision` is R1 (provisional), R2 (final) or R3 and on (corrected)."""
    return judge(load(db, period), period, revision)


def judge(arrow: dict[str, pa.Table], period: Period, revision: str = REVISION) -> Run:
    """The same, over tables already loaded."""
    tables = register(arrow)
    found = tuple(sorted(ask_all(tables, period), key=order_key))
    totals = totals_of(tables, period)
    result = (f"{FORMULAS} {period.name}", *map(as_json, found), *map(as_line, totals))
    return Run(
        period,
        revision,
        FORMULAS,
        found,
        totals,
        sha256_of(input_lines(arrow)),
        sha256_of(result),
        tables,
        arrow,
    )


def ask_all(tables: Tables, period: Period) -> Iterator[Finding]:
    for rule in RULES:
        rows = rule.findings(tables, period).to_pyarrow().to_pylist()
        yield from collect(rows, period)


def collect(rows: Iterable[Mapping[str, Any]], period: Period) -> Iterator[Finding]:
    """Rows that differ in evidence only are one finding."""
    gathered: dict[tuple[Any, ...], set[str]] = {}
    for row in rows:
        key = tuple(value for name, value in row.items() if name != "evidence")
        gathered.setdefault(key, set()).add(row["evidence"])
    for key, evidence in gathered.items():
        code, subject, part, unit, measured, expected, tolerance_unit, tolerance = key
        told = {part, *evidence} - {""}
        yield Finding(
            code,
            subject,
            period.name,
            Amount(unit, measured),
            Amount(unit, expected),
            Amount(tolerance_unit, tolerance),
            tuple(sorted(told)),
        )


def input_lines(arrow: Mapping[str, pa.Table]) -> Iterator[str]:
    """Every input row as a line of JSON, tables by name, rows sorted: no reliance on order."""
    for name in sorted(SCHEMAS):
        yield name
        if name in arrow:
            columns = arrow[name].to_pydict().values()
            yield from sorted(as_line(row) for row in zip(*columns, strict=True))


def as_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sha256_of(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
