"""What a month is judged by, in running order. Change a rule's meaning: raise FORMULAS."""

from collections.abc import Callable
from typing import NamedTuple

from collector.period import Period
from collector.rules import (
    deck_flags,
    deck_suspicions,
    h01_dark_intervals,
    k1_tickets_and_weighings,
    k2_ticket_tonnes,
    k3_edge_balance,
    k3_ticket_identity,
    k4_records_owed,
    k12_yields,
    k13_received,
    k17_sales_while_closed,
    posting_notes,
    s01_permit_overrun,
    t01_double_use,
    t07_reprints,
    v02_two_places,
    w01_unticketed_passages,
    w11_bare_sales,
    x03_forks,
    x04_broken_chain,
    x07_test_mode,
)
from collector.rules.shape import Expression
from collector.tables import Tables

FORMULAS = 3


class Rule(NamedTuple):
    """A rule's short name and the function that asks it."""

    name: str
    findings: Callable[[Tables, Period], Expression]


RULES = (
    Rule("K1", k1_tickets_and_weighings.findings),
    Rule("K2", k2_ticket_tonnes.findings),
    Rule("K3 ledger", k3_ticket_identity.findings),
    Rule("K3 edge", k3_edge_balance.findings),
    Rule("K4", k4_records_owed.findings),
    Rule("K12", k12_yields.findings),
    Rule("K13", k13_received.findings),
    Rule("K17", k17_sales_while_closed.findings),
    Rule("permits", s01_permit_overrun.findings),
    Rule("unticketed passages", w01_unticketed_passages.findings),
    Rule("double use", t01_double_use.findings),
    Rule("ledger notes", posting_notes.findings),
    Rule("forks", x03_forks.findings),
    Rule("broken chain", x04_broken_chain.findings),
    Rule("dark intervals", h01_dark_intervals.findings),
    Rule("deck flags", deck_flags.findings),
    Rule("deck suspicions", deck_suspicions.findings),
    Rule("bare sales", w11_bare_sales.findings),
    Rule("two places", v02_two_places.findings),
    Rule("reprints", t07_reprints.findings),
    Rule("test mode", x07_test_mode.findings),
)
