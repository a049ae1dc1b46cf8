"""`collector init | enterprise | buyer | product | officer` as the bureau types them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.cli import cli
from tests.collector.commands import BY, NAMES, Desk, code_of, open_desk, registered_desk
from tests.collector.sites import ENTERPRISE, USCC

LICENCE = ("--licence-no", "C1500002026")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path)


def add(desk: Desk, enterprise: str = ENTERPRISE, uscc: str = USCC, by: str = "officer-1") -> str:
    words = ("enterprise", "add", enterprise, *NAMES, "--uscc", uscc, *LICENCE, "--by", by)
    return desk.refusal(*words)


def test_a_second_init_touches_nothing(desk: Desk) -> None:
    before = (desk.home / "keys" / "root.pem").read_bytes()
    assert code_of(CliRunner().invoke(cli, ["init", str(desk.home)])) == "E_HOME_EXISTS"
    assert (desk.home / "keys" / "root.pem").read_bytes() == before


def test_init_names_its_officers_and_the_key_to_put_away(tmp_path: Path) -> None:
    officers = ("--officer", "wang=王", "--officer", "li=李")
    result = CliRunner().invoke(cli, ["init", str(tmp_path / "home"), *officers])
    assert result.exit_code == 0
    assert all(word in result.stdout for word in ("wang、li", "wang, li", "root.pem"))
    assert [row["name_zh"] for row in Desk(tmp_path).rows("officer", "list")] == ["李", "王"]


@pytest.mark.parametrize(
    ("officers", "code"),
    [
        (("wang=王",), "E_TWO_OFFICERS"),
        (("wang=王", "wang=李"), "E_TWO_OFFICERS"),
        (("root=王", "li=李"), "E_ID"),
        (("../x=王", "li=李"), "E_ID"),
        (("wang=\x1b[31m", "li=李"), "E_TEXT"),
    ],
)
def test_bad_officers_make_no_home(tmp_path: Path, officers: tuple[str, ...], code: str) -> None:
    words = [word for officer in officers for word in ("--officer", officer)]
    assert code_of(CliRunner().invoke(cli, ["init", str(tmp_path / "home"), *words])) == code
    assert not (tmp_path / "home").exists()


def test_without_a_home_nothing_runs(tmp_path: Path) -> None:
    assert code_of(CliRunner().invoke(cli, ["enterprise", "list"], env={"WEIGHHOUSE_HOME": None}))
    assert Desk(tmp_path).refusal("enterprise", "list") == "E_NO_HOME"


def test_the_home_may_come_from_the_environment(desk: Desk) -> None:
    found = {"WEIGHHOUSE_HOME": str(desk.home)}
    result = CliRunner().invoke(cli, ["officer", "list", "--json"], env=found)
    assert result.stdout.count("\n") == 2


def test_an_enterprise_is_listed_as_it_was_registered(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    (row,) = desk.rows("enterprise", "list")
    assert (row["enterprise"], row["uscc"], row["state"]) == (ENTERPRISE, USCC, "active")
    assert "一号煤矿" in desk.told("enterprise", "list")


def test_a_bad_enterprise_is_refused(desk: Desk) -> None:
    assert add(desk, uscc=USCC[:-1] + "0") == "E_USCC"
    assert add(desk, enterprise="a b") == "E_ID"
    assert add(desk, by="nobody") == "E_OFFICER"
    assert desk.rows("enterprise", "list") == []


def test_an_enterprise_is_registered_once(tmp_path: Path) -> None:
    assert add(registered_desk(tmp_path)) == "E_EXISTS"


def test_a_change_is_said_and_an_empty_one_too(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    words = ("enterprise", "change", ENTERPRISE, "--state", "suspended", *BY)
    assert "Changed" in desk.told(*words)
    assert "nothing was changed" in desk.told(*words)
    assert desk.rows("enterprise", "list")[0]["state"] == "suspended"


def test_what_is_not_registered_cannot_change(desk: Desk) -> None:
    assert desk.refusal("enterprise", "change", "E99", "--capacity-t", 5, *BY) == "E_UNKNOWN"


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    for text in ("tomorrow", "2026-02-30", "0001-01-01", "9999-12-31"):
        words = ("enterprise", "change", ENTERPRISE, "--capacity-t", 5, "--from", text, *BY)
        assert desk.refusal(*words) == "E_TIME"


def test_a_name_is_kept_in_normal_form(desk: Desk) -> None:
    named = ("--name-zh", "一号煤矿", "--name-en", "Cafe\u0301")
    desk.told("enterprise", "add", ENTERPRISE, *named, "--uscc", USCC, *LICENCE, *BY)
    assert desk.rows("enterprise", "list")[0]["name_en"] == "Caf\u00e9"


def test_buyers_and_products_are_listed(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    assert [row["destination"] for row in desk.rows("buyer", "list")] == ["包头"]
    assert {"RAW", "LIMESTONE"} <= {row["product"] for row in desk.rows("product", "list")}
    assert "原煤" in desk.told("product", "list")


def test_an_officer_comes_and_goes(desk: Desk) -> None:
    desk.told("officer", "add", "officer-3", "--name-zh", "张", *BY)
    assert desk.refusal("officer", "add", "officer-3", "--name-zh", "张", *BY) == "E_EXISTS"
    desk.told("officer", "retire", "officer-3", *BY)
    assert [row["roles"] for row in desk.rows("officer", "list")] == ["order", "order", ""]
    assert desk.refusal("officer", "retire", "officer-2", *BY) == "E_TWO_OFFICERS"
