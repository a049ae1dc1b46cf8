"""Times as people type them, and which home a command works on."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from collector.home import create_home
from collector.session import Session, read_day, read_instant
from weighbook.phrase import Refusal


def at(*moment: int) -> int:
    """UTC, in milliseconds."""
    year, month, day, hour = moment
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("text", "expected_ms"),
    [
        ("2026-07-01", at(2026, 6, 30, 16)),
        ("2026-07-01T08:00", at(2026, 7, 1, 0)),
        ("2026-07-01 08:00:00", at(2026, 7, 1, 0)),
        ("2026-07-01T08:00+00:00", at(2026, 7, 1, 8)),
        ("2026-07-01T08:00Z", at(2026, 7, 1, 8)),
    ],
)
def test_a_time_is_local_unless_it_says_where(text: str, expected_ms: int) -> None:
    assert read_instant(text) == expected_ms


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-02-30", "2026-13-01", "01.07.2026", "1899-01-01", "9999-01-01"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    for read in (read_instant, read_day):
        with pytest.raises(Refusal, match="E_TIME"):
            read(text)


@pytest.mark.parametrize("text", ["2026-7-1", "20260701", "2026-07-01T00:00", "２０２６-07-01"])
def test_a_day_is_written_in_one_way(text: str) -> None:
    with pytest.raises(Refusal, match="E_TIME"):
        read_day(text)


@given(st.dates(datetime(2000, 1, 1).date(), datetime(2099, 12, 31).date()))  # noqa: DTZ001 # a day
def test_every_day_is_read_as_itself(day: object) -> None:
    assert read_day(str(day)) == str(day)


def homes_of(session: Session) -> list[object]:
    """What a command gets, and whether it was closed behind it."""
    got: list[object] = []

    @click.command()
    @click.pass_obj
    def command(session: Session) -> None:
        got.append(session.home())

    CliRunner().invoke(command, obj=session, catch_exceptions=False)
    return got


def test_a_command_without_a_home_is_told_how_to_name_one() -> None:
    with pytest.raises(Refusal, match="E_NO_HOME") as refused:
        homes_of(Session(None))
    assert "WEIGHHOUSE_HOME" in refused.value.remedy.zh


def test_the_home_is_closed_with_the_command(tmp_path: Path) -> None:
    create_home(tmp_path / "home").close()
    (home,) = homes_of(Session(tmp_path / "home"))
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        home.db.execute("SELECT 1")  # type: ignore[attr-defined] # it is a Home
