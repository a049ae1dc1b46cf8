"""What decks flag, suspect and remark: what was planted is found, an honest month is silent."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collector.finding import BY_CODE, Finding
from collector.rules import (
    deck_flags,
    deck_suspicions,
    t07_reprints,
    v02_two_places,
    w11_bare_sales,
    x07_test_mode,
)
from edge_agent.flag_rules import FLAGS
from edge_agent.tamper.checks import CHECKS, SUSPECT_CODES
from tests.collector.month_samples import DAY_MS, LOAD, PASSAGE, Month, honest_month
from weighbook.records import CauseChange, Correction, Kind

RULES = (deck_flags, deck_suspicions, t07_reprints, v02_two_places, w11_bare_sales, x07_test_mode)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return honest_month(tmp_path_factory.mktemp("honest"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_an_honest_month_is_silent(honest: Month, rule: Any) -> None:
    assert honest.findings(rule) == []


def only(month: Month, rule: Any) -> Finding:
    (finding,) = month.findings(rule)
    return finding


# -- flags -----------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["F-W04", "F-W05", "F-V03"])
def test_a_flag_of_the_deck_is_a_finding_of_its_code(tmp_path: Path, reason: str) -> None:
    month = honest_month(tmp_path)
    seq = month.one.sell(reasons=(reason,))
    finding = only(month, deck_flags)
    assert (finding.code, finding.subject) == (reason, "W1")
    assert finding.evidence == (f"record:W1/1/{seq}",)


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        (("E_SIG", "E_KID"), "F-T04"),
        (("E_WEIGHBRIDGE",), "F-T02"),
        (("E_WEIGHBRIDGE", "E_ENTERPRISE"), "F-T02"),
        (("T_LATE", "T_LOST"), "F-W06"),
    ],
)
def test_a_refused_cheat_is_one_finding_however_it_was_refused(
    tmp_path: Path, reasons: tuple[str, ...], code: str
) -> None:
    month = honest_month(tmp_path)
    month.one.write(Kind.REFUSED, replace(LOAD, decision="refused", reasons=reasons))
    finding = only(month, deck_flags)
    assert (finding.code, finding.measured.value) == (code, 1)


def test_every_code_the_deck_can_flag_is_asked_for() -> None:
    assert set(FLAGS) <= set(deck_flags.FLAGS)
    assert set(deck_flags.FLAGS) | set(deck_suspicions.CHECKS) <= set(BY_CODE)


# -- suspicions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "code"), [("T_STEP", "F-W08"), ("T_DIVISION", "F-W09"), ("T_REPLAY", "F-W10")]
)
def test_a_suspect_scale_is_found_by_its_check(tmp_path: Path, check: str, code: str) -> None:
    month = honest_month(tmp_path)
    raised = CauseChange("SCALE_SUSPECT", check, "raised", month.one.now_ms, "-", "-")
    seq = month.one.write(Kind.CAUSE, raised)
    finding = only(month, deck_suspicions)
    assert (finding.code, finding.subject) == (code, "W1")
    assert finding.evidence == (f"record:W1/1/{seq} {check}",)


def test_another_cause_is_no_suspicion(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.change("SCALE_SILENT", "raised")
    assert month.findings(deck_suspicions) == []


def test_every_check_that_closes_sales_has_its_finding() -> None:
    asked = {check for checks in deck_suspicions.CHECKS.values() for check in checks}
    assert asked >= SUSPECT_CODES
    assert {check.code for check in CHECKS} >= asked - SUSPECT_CODES


# -- a sale that nothing shows ------------------------------------------------------------------


@pytest.mark.parametrize("gone", [{"curve": None}, {"frames": None}, {"pictures": ()}])
def test_c49_a_sale_without_proof_is_found(tmp_path: Path, gone: dict[str, Any]) -> None:
    month = honest_month(tmp_path)
    seq = month.one.sell(**gone)
    finding = only(month, w11_bare_sales)
    assert (finding.code, finding.measured.value) == ("F-W11", 1)
    assert finding.evidence[0].startswith(f"record:W1/1/{seq} ticket:")


def test_c49_a_permit_excuses_the_picture_and_not_the_curve(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.sell(pictures=(), permits=(7,))
    assert month.findings(w11_bare_sales) == []
    month.one.sell(pictures=(), permits=(7,), curve=None)
    assert len(month.findings(w11_bare_sales)) == 1


# -- one plate at two places --------------------------------------------------------------------


def test_c39_a_plate_sold_at_two_weighbridges_at_once_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    one, two = month.one.sell(plate="蒙K77777"), month.two.sell(plate="蒙K77777")
    finding = only(month, v02_two_places)
    assert (finding.code, finding.subject) == ("F-V02", "蒙K77777")
    assert finding.evidence == (
        f"record:W1/1/{one} record:W2/1/{two}",
        f"record:W2/1/{two} record:W1/1/{one}",
    )


def test_c39_a_truck_may_serve_two_mines_on_one_day(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.sell(plate="蒙K77777")
    month.two.now_ms += DAY_MS // 4
    month.two.sell(plate="蒙K77777")
    assert month.findings(v02_two_places) == []


# -- reprints ------------------------------------------------------------------------------------


def reprint(month: Month, slip: int, copies: int) -> None:
    for copy in range(1, copies + 1):
        month.one.write(Kind.CORRECTION, Correction(slip, f"reprint {copy}"))


def test_c12_two_copies_of_a_slip_are_torn_paper_and_three_are_a_finding(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    slip = month.one.sell()
    reprint(month, slip, 2)
    assert month.findings(t07_reprints) == []
    month.one.write(Kind.CORRECTION, Correction(slip, "reprint 3"))
    finding = only(month, t07_reprints)
    assert (finding.code, finding.measured) == ("F-T07", ("reprints_of_one_slip", 3))
    assert f"slip:W1/1/{slip}" in finding.evidence


def test_c12_many_slips_printed_twice_are_a_finding_too(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    for _ in range(4):
        reprint(month, month.one.sell(), 1)
    assert month.findings(t07_reprints) == []
    reprint(month, month.one.sell(), 1)
    assert only(month, t07_reprints).measured == ("reprints_in_a_month", 5)


def test_c12_other_remarks_are_no_reprints(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    for _ in range(6):
        month.one.write(Kind.CORRECTION, Correction(3, "T_RESIDUE: 12 % (5 %)"))
    assert month.findings(t07_reprints) == []


# -- test mode -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kg", "most"), [(48_000, 3), (15_000, 20)])
def test_c47_too_many_test_weighings_are_found(tmp_path: Path, kg: int, most: int) -> None:
    month = honest_month(tmp_path)
    test = replace(PASSAGE, weight_kg=kg, peak_kg=kg, reasons=("E_TEST",))
    for _ in range(most):
        month.one.write(Kind.TEST, test)
    assert month.findings(x07_test_mode) == []
    month.one.write(Kind.TEST, test)
    finding = only(month, x07_test_mode)
    assert (finding.code, finding.measured.value, finding.expected.value) == (
        "F-X07",
        most + 1,
        most,
    )
