"""An officer's key behind his passphrase: nobody else's hand at the desk signs for him."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.cli import cli
from collector.officer_keys import is_locked, load_officer_key, lock
from collector.session import Session
from tests.collector.commands import BY, Desk, registered_desk
from tests.collector.sites import PLACE
from weighbook.keys import SigningKey
from weighbook.phrase import Refusal

SECRET = "correct horse battery"
SUSPEND = ("order", "suspend", "--weighbridge", PLACE, "--reason", "欠费")
PERMIT = (
    *("order", "permit", "--weighbridge", PLACE, "--cause", "POWER", "--measures", "值守"),
    *("--max-trucks", "20", "--max-t", "600", "--hours", "8", "--by", "officer-1"),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Officer 1 has locked his key."""
    desk = registered_desk(tmp_path)
    result = typing(desk, f"{SECRET}\n{SECRET}\n", "officer", "passphrase", "officer-1")
    assert result.exit_code == 0, result.output
    return desk


def typing(desk: Desk, typed: str, *words: str) -> Result:
    """A command, and what its officers type when they are asked."""
    return CliRunner().invoke(
        cli,
        ["--home", str(desk.home), *words],
        input=typed,
        obj=Session(None, desk.wall),
        prog_name="collector",
    )


def test_a_locked_key_signs_with_its_passphrase_alone(desk: Desk) -> None:
    assert is_locked(desk.home / "keys" / "officer-1.pem")
    wrong = typing(desk, "nonsense here\n", *SUSPEND, *BY)
    assert (wrong.exit_code, "E_PASSPHRASE" in wrong.output) == (2, True)
    assert typing(desk, f"{SECRET}\n", *SUSPEND, *BY).exit_code == 0
    assert typing(desk, "", *SUSPEND, "--by", "officer-2").exit_code == 0


def test_two_at_one_desk_type_a_passphrase_each(desk: Desk) -> None:
    other = "another passphrase"
    typing(desk, f"{other}\n{other}\n", "officer", "passphrase", "officer-2")
    both = (*PERMIT, "--second", "officer-2")
    assert typing(desk, f"{SECRET}\n{SECRET}\n", *both).exit_code == 2
    assert typing(desk, f"{SECRET}\n{other}\n", *both).exit_code == 0


def test_a_passphrase_is_changed_only_by_who_knows_it(desk: Desk) -> None:
    words = ("officer", "passphrase", "officer-1")
    assert (
        typing(desk, "nonsense here\nnew secret words\nnew secret words\n", *words).exit_code == 2
    )
    assert typing(desk, f"{SECRET}\nnew secret words\nnew secret words\n", *words).exit_code == 0
    assert typing(desk, "new secret words\n", *SUSPEND, *BY).exit_code == 0


def test_a_short_passphrase_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.pem"
    key = SigningKey.generate()
    key.save(path)
    with pytest.raises(Refusal, match="E_PASSPHRASE"):
        lock(path, key, b"short")
    assert not is_locked(path)


def test_a_locked_file_is_for_its_owner_only_and_holds_the_same_key(tmp_path: Path) -> None:
    path, key = tmp_path / "a.pem", SigningKey.generate()
    key.save(path)
    lock(path, key, SECRET.encode())
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_officer_key(path, "a", lambda _: SECRET.encode()).public == key.public


def test_where_nobody_can_be_asked_a_locked_key_stays_locked(tmp_path: Path) -> None:
    path, key = tmp_path / "a.pem", SigningKey.generate()
    key.save(path)
    lock(path, key, SECRET.encode())
    with pytest.raises(Refusal, match="E_PASSPHRASE"):
        load_officer_key(path, "a", None)
