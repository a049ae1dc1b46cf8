"""The cheat suite: its table is whole, and the half that needs no restart is played in full.

`python -m demo.cheats` plays all of it.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.finding import BY_CODE
from demo.cheats.__main__ import main
from demo.cheats.case import WHERE, Case, play, with_finding
from demo.cheats.table import CASES, QUICK, SLOW
from demo.cheats.yard import Yard
from edge_agent.cause_words import CAUSES
from edge_agent.refusals import DECK

# Decided by the deck or the collector, by the list of cheats.
DECIDED = {f"C{number:02}" for number in (*range(3, 13), *range(18, 26), *range(27, 42))} | {
    "C01", "C14", "C15", "C16", "C26", "C42", *(f"C{n}" for n in range(45, 50)),
    "C50", "C51", "C52", "C53", "C54", "C55", "C56", "C57", "C58",
}  # fmt: skip


def test_every_cheat_that_can_be_decided_is_tried() -> None:
    assert {case.case[:3] for case in CASES} == DECIDED
    assert len(DECIDED) > 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_every_case_names_clause_code_and_words(case: Case) -> None:
    assert re.fullmatch(r"[一二三]\([一二三四五]\)\d?", case.clause)
    assert case.tried.zh != case.tried.en
    assert case.expected
    assert case.where in WHERE
    assert not case.finding or case.finding in BY_CODE
    name = case.play.__name__
    assert name.startswith(f"{case.case.lower()}_")
    assert case.play.__module__.startswith("demo.cheats.")


def test_every_code_of_the_table_is_one_the_product_knows() -> None:
    form = r"\b[A-Z]-[A-Z]\d\d|\bE_[A-Z_]+"
    codes = {code for case in CASES for code in re.findall(form, case.expected)}
    findings = {code for code in codes if "-" in code}
    assert findings <= set(BY_CODE)
    ours = codes - findings - set(DECK)
    assert ours == {"E_USED", "E_ROUTE", "E_UNKNOWN", "E_TWO_SIGNERS", "E_SECOND_WEIGHBRIDGE"}
    named = {word for case in CASES for word in case.expected.split() if word in CAUSES}
    assert {"CLOCK", "BOOK", "LEASE", "SITE", "POWER", "ORDER", "SCALE_SUSPECT"} <= named


def test_no_case_stands_twice_and_half_of_them_are_quick() -> None:
    names = [case.case for case in CASES]
    assert len(set(names)) == len(names)
    assert set(QUICK) | SLOW == set(names)
    assert 2 * len(QUICK) >= len(names)


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    made = Yard(tmp_path_factory.mktemp("cheats"))
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_the_quick_half_is_answered_as_promised(yard: Yard) -> None:
    cases = [case for case in CASES if case.case in QUICK]
    answers = [play(case, yard) for case in cases]
    found = yard.found()
    wrong = [a.as_json() for a in (with_finding(a, found) for a in answers) if not a.ok]
    assert not wrong, wrong


def test_the_list_plays_nothing_and_is_in_both_languages() -> None:
    shown = CliRunner().invoke(main, ["--list"], env={"COLUMNS": "120"})
    assert shown.exit_code == 0
    assert all(case.case in shown.output for case in CASES)
    assert all(word in shown.output for word in ("案号", "case", "条款", "clause"))


def test_the_list_for_programs_is_a_line_each() -> None:
    lines = CliRunner().invoke(main, ["--list", "--json"]).output.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == len(CASES)
    assert {"case", "clause", "expected", "got", "ok"} <= set(rows[0])
    assert all((row["got"], row["ok"]) == (None, None) for row in rows)


def test_what_is_no_case_and_a_folder_that_is_there_are_refused(tmp_path: Path) -> None:
    for words, named in ((["--only", "C03,C99"], "C99"), (["--to", str(tmp_path)], "已存在")):
        refused = CliRunner().invoke(main, words)
        assert refused.exit_code == 2
        assert named in refused.output


def test_a_promise_that_is_not_kept_is_a_failure(tmp_path: Path) -> None:
    case = CASES[0]._replace(expected="E_OTHER", play=lambda _: "E_NO_TICKET", finding="F-W01")
    answer = play(case, Yard(tmp_path))
    assert (answer.ok, answer.got) == (False, "E_NO_TICKET")
    kept = play(case._replace(expected="E_NO_TICKET"), Yard(tmp_path))
    assert with_finding(kept, frozenset({"F-W01"})).ok
    assert not with_finding(kept, frozenset()).ok


def test_the_simulated_clock_shifts_the_time_of_day_and_nothing_else() -> None:
    code = (
        "import time; from demo.cheats.clocked import shift_clock;"
        "t, m = time.time_ns(), time.monotonic_ns(); shift_clock(-3_600_000);"
        "print(round((time.time_ns() - t) / 1e9), round((time.monotonic_ns() - m) / 1e9))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["-3600", "0"]
