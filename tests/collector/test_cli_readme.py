"""The README's commands for the bureau, typed as they stand there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.cli import cli
from collector.session import Session
from tests.collector.commands import Desk, write_request
from tests.collector.sites import Wall

README = Path(__file__).parents[2] / "README.md"
INIT = re.compile(r"^sudo -u weighhouse collector (init .*)$", re.MULTILINE)
BLOCK = re.compile(r"^export WEIGHHOUSE_HOME=.*\n((?:collector .*\n)+)", re.MULTILINE)
NOW_MS = 1_795_000_000_000  # in November 2026, of which the README speaks


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A home made by the README's own command, where its files are at hand."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path, Wall(NOW_MS))
    found = INIT.search(README.read_text(encoding="utf-8"))
    assert found is not None
    _, _, *officers = shlex.split(found[1])
    words = ["init", str(desk.home), *officers]
    made = CliRunner().invoke(cli, words, obj=Session(None, desk.wall), catch_exceptions=False)
    assert made.exit_code == 0, made.output
    write_request(tmp_path, "WB-0001").rename(tmp_path / "request.cbor")
    return desk


def test_a_mine_gets_its_tickets_and_its_month_as_the_readme_says(desk: Desk) -> None:
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    assert found is not None
    for line in found[1].splitlines():
        # Drawing a hundred tickets takes seconds and shows no more than eight do.
        desk.told(*shlex.split(line.replace("--count 100", "--count 8"))[1:])
    assert (desk.folder / "tickets.pdf").read_bytes().startswith(b"%PDF")
    desk.told("export", "--month", "2026-11", "--to", "FOLDER")
    desk.told("verify", "FOLDER")
