"""Findings: a catalogue without doubles, a shape programs rely on, an order people rely on."""

import json

import pytest

from collector.finding import (
    BY_CODE,
    CODES,
    SEVERITIES,
    SEVERITY_NAMES,
    Amount,
    Finding,
    as_json,
    order_key,
)
from tests.collector.runs import finding


def test_every_code_stands_once_with_a_name_in_both_languages() -> None:
    assert len(BY_CODE) == len(CODES)
    assert all(line.zh and line.en and line.severity in SEVERITIES for line in CODES)
    assert set(SEVERITY_NAMES) == set(SEVERITIES)
    assert not any(line.name.zh.isascii() for line in CODES)


def test_the_line_of_a_finding_is_what_programs_rely_on() -> None:
    found = Finding(
        "F-R02", "E1", "2026-07", Amount("net_kg", 5), Amount("net_kg", 6), Amount("permille", 1),
        ("product:原煤",),
    )  # fmt: skip
    assert as_json(found) == (
        '{"code":"F-R02","subject":"E1","period":"2026-07","measured":{"net_kg":5},'
        '"expected":{"net_kg":6},"tolerance":{"permille":1},"evidence":["product:原煤"]}'
    )
    assert (found.severity, found.name.en) == ("high", "tonnes on tickets differ from weighed")


def test_a_line_stays_one_line_whatever_the_evidence() -> None:
    line = as_json(finding("F-W01", "W1", ("a\nb\u2028c",)))
    assert "\n" not in line
    assert json.loads(line)["evidence"] == ["a\nb\u2028c"]


def test_the_gravest_comes_first_then_the_code_and_the_subject() -> None:
    found = [finding("F-O04", "A"), finding("F-W01", "B"), finding("F-W01", "A")]
    ordered = [(f.code, f.subject) for f in sorted(found, key=order_key)]
    assert ordered == [("F-W01", "A"), ("F-W01", "B"), ("F-O04", "A")]


def test_a_code_nobody_knows_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        assert finding("F-ZZZ", "A").severity
