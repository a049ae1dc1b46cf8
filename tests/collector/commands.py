"""A desk at the bureau: `collector` driven as people drive it, with a clock that stands."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from collector.cli import cli
from collector.session import Session
from tests.collector.sites import ENTERPRISE, PLACE, USCC, Wall
from weighbook import cbor
from weighbook.keys import SigningKey

TWO_SENTENCES = re.compile(r"\S.*[。！].*[。！] \[(E_\w+)\]\n\S.*\. .*\. \[\1\]\n")
BY = ("--by", "officer-1")
BOTH = (*BY, "--second", "officer-2")
MADE = tempfile.TemporaryDirectory(prefix="desks-")
NAMES = ("--name-zh", "一号煤矿", "--name-en", "Mine one")


@dataclass
class Desk:
    """One home and the commands upon it."""

    folder: Path
    wall: Wall = field(default_factory=Wall)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *words: object, width: int = 100) -> Result:
        """What happened; anything but an orderly end is raised."""
        return CliRunner().invoke(
            cli,
            ["--home", str(self.home), *map(str, words)],
            obj=Session(None, self.wall),
            env={"COLUMNS": str(width)},
            catch_exceptions=False,
            prog_name="collector",
        )

    def told(self, *words: object, width: int = 100) -> str:
        """What a command that went well said."""
        result = self.run(*words, width=width)
        assert result.exit_code == 0, result.output
        return result.stdout

    def rows(self, *words: object) -> list[dict[str, Any]]:
        """The objects a command prints with --json, one a line."""
        return [json.loads(line) for line in self.told(*words, "--json").splitlines()]

    def refusal(self, *words: object) -> str:
        """The code of a refusal, which must be two sentences in each language and nothing else."""
        return code_of(self.run(*words))


def code_of(result: Result) -> str:
    said = TWO_SENTENCES.fullmatch(result.stderr)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert said is not None, result.stderr
    return said[1]


def made_once(build: Callable[[Path], Desk]) -> Callable[[Path], Desk]:
    """Desks are made once a run and copied: a new home costs a hundred syncs of the disk."""

    @cache
    def made() -> Desk:
        folder = Path(MADE.name) / build.__name__
        folder.mkdir()
        return build(folder)

    def copied(folder: Path) -> Desk:
        desk = made()
        shutil.copytree(desk.folder, folder, dirs_exist_ok=True)
        return Desk(folder, Wall(desk.wall.now_ms))

    return copied


@made_once
def open_desk(folder: Path) -> Desk:
    """A new home with its two officers."""
    desk = Desk(folder)
    result = CliRunner().invoke(cli, ["init", str(desk.home)], obj=Session(None, desk.wall))
    assert result.exit_code == 0, result.output
    desk.wall.now_ms += 1_000
    return desk


@made_once
def registered_desk(folder: Path) -> Desk:
    """The same with a mine, its enrolled weighbridge and a buyer."""
    desk = open_desk(folder)
    licence = ("--uscc", USCC, "--licence-no", "C1500002026")
    desk.told("enterprise", "add", ENTERPRISE, *NAMES, *licence, *BY)
    deck = ("--name-zh", "一号磅", "--name-en", "Deck one", "--indicator", "XK3190 77")
    files = ("--request", write_request(folder), "--bundle", folder / "bundle")
    desk.told("weighbridge", "add", PLACE, "--enterprise", ENTERPRISE, *deck, *files, *BY)
    buyer = ("--name-zh", "电厂", "--name-en", "Plant", "--uscc", USCC, "--destination", "包头")
    desk.told("buyer", "add", "B01", *buyer, *BY)
    desk.wall.now_ms += 1_000
    return desk


@made_once
def ticketed_desk(folder: Path) -> Desk:
    """The same with five tickets signed for the weighbridge."""
    desk = registered_desk(folder)
    many = ("--count", 5)
    desk.told("ticket", "stock-in", *many, *BOTH)
    desk.told("ticket", "issue", "--enterprise", ENTERPRISE, *many, *BOTH)
    goods = ("--weighbridge", PLACE, "--product", "RAW", "--max-net-kg", 35_000)
    desk.told("ticket", "allocate", *goods, *many, "--buyer", "B01", *BY)
    desk.wall.now_ms += 1_000
    return desk


def write_request(folder: Path, weighbridge: str = PLACE, indicator: str = "XK3190 77") -> Path:
    """The file a weighbridge PC would bring to be enrolled."""
    path = folder / "request"
    key = SigningKey.generate().public.cose_key
    path.write_bytes(cbor.encode({1: weighbridge, 2: key, 3: indicator}))
    return path
