"""`collector case | blacklist | draw`, as officers type them."""

import json
from pathlib import Path

import pytest

from tests.collector.commands import BOTH, BY, Desk, registered_desk
from tests.collector.sites import ENTERPRISE


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return registered_desk(tmp_path / "desk")


def test_a_case_is_opened_on_a_finding_and_verified_by_two(desk: Desk) -> None:
    told = desk.told("case", "open", ENTERPRISE, "--finding", "F-W01", "--evidence", "W01 1/7",
                     "--tickets", 1, "--net-kg", 33_000, "--product", "RAW",
                     "--price-fen-per-t", 70_000, *BY)  # fmt: skip
    assert "无票" in told
    (row,) = desk.rows("case", "list")
    told = desk.told("case", "confirm", row["case_no"], "--verified", "2026-09-22", *BOTH)
    assert "2026-09-22 — 2026-10-22" in told
    assert "2310.00 元 yuan" in told
    assert "未定 not known" in told
    (row,) = desk.rows("case", "show", row["case_no"])
    assert (row["state"], row["resource_tax_fen"]) == ("confirmed", 231_000)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--finding", "F-Z99"), "E_FINDING"),
        ((), "E_VIOLATION"),
        (("--finding", "F-H01"), "E_VIOLATION"),
    ],
)
def test_a_case_says_which_violation_it_is(desk: Desk, words: tuple[str, ...], code: str) -> None:
    assert desk.refusal("case", "open", ENTERPRISE, "--evidence", "x", *words, *BY) == code


def test_a_case_nobody_opened_is_refused(desk: Desk) -> None:
    assert desk.refusal("case", "dismiss", "2026-0009", *BOTH) == "E_NO_CASE"


def test_the_public_list_is_empty_until_somebody_is_published(desk: Desk) -> None:
    assert desk.rows("blacklist", "list", "--published") == []
    assert desk.refusal("blacklist", "publish", ENTERPRISE, *BOTH) == "E_NOT_LISTED"


def test_a_draw_is_published_and_anybody_can_check_it(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    desk.told("draw", "announce", "week-40", *BY)
    people = [word for name in "甲乙" for word in ("--inspector", name)]
    desk.told("draw", "run", "week-40", *people, "--tasks", 1, "--to", file, *BY)
    assert "相符" in desk.told("draw", "verify", file)
    result = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(result | {"seed": "00" * 32}), encoding="utf-8")
    assert desk.run("draw", "verify", file).exit_code == 1
    file.write_text("[]", encoding="utf-8")
    assert desk.refusal("draw", "verify", file) == "E_DRAW_FILE"
