"""Accounts: a name and a password speak for one weighbridge, anything else for none."""

from pathlib import Path

import pytest

from collector.accounts import find_weighbridge, list_accounts
from tests.collector.sites import PLACE, Bureau, make_bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    made = make_bureau(tmp_path)
    made.enrol()
    return made


def password(bureau: Bureau) -> str:
    (account,) = list_accounts(bureau.home.db)
    return account.password


def test_the_right_password_speaks_for_its_weighbridge(bureau: Bureau) -> None:
    assert find_weighbridge(bureau.home.db, PLACE, password(bureau)) == PLACE


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "密码", "' OR 1=1 --"])
def test_a_wrong_password_speaks_for_nobody(bureau: Bureau, wrong: str) -> None:
    assert find_weighbridge(bureau.home.db, PLACE, wrong) is None


@pytest.mark.parametrize("name", ["", "W99", "w01", "' OR 1=1 --"])
def test_an_unknown_name_speaks_for_nobody(bureau: Bureau, name: str) -> None:
    assert find_weighbridge(bureau.home.db, name, password(bureau)) is None
    assert find_weighbridge(bureau.home.db, name, "") is None


def test_a_new_enrolment_ends_the_old_password(bureau: Bureau) -> None:
    old = password(bureau)
    bureau.enrol("W02")
    assert [account.username for account in list_accounts(bureau.home.db)] == [PLACE, "W02"]
    assert find_weighbridge(bureau.home.db, "W02", old) is None
