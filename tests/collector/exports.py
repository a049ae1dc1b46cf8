"""A judged month as folders: made once a run, copied for whoever tampers with it."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.collector.commands import Desk
from tests.collector.month_samples import DAY_MS, MONTH, PERIOD, honest_month
from tests.collector.sites import Wall
from tests.collector.test_reconcile_same_bytes import troubled_month

MADE = tempfile.TemporaryDirectory(prefix="exports-")
NEXT_DAY_MS = PERIOD.to_ms + 2 * DAY_MS


def desk_of(folder: Path) -> Desk:
    return Desk(folder, Wall(NEXT_DAY_MS))


@cache
def honest_desk() -> Desk:
    """July 2026 of a mine that has nothing to hide."""
    folder = Path(MADE.name) / "honest"
    honest_month(folder).home.close()
    return desk_of(folder)


@cache
def troubled_desk() -> Desk:
    """The same month with eight findings."""
    folder = Path(MADE.name) / "troubled"
    troubled_month(folder).home.close()
    return desk_of(folder)


@cache
def exported() -> Path:
    """The troubled month as it is handed over."""
    folder = Path(MADE.name) / "export"
    troubled_desk().told("export", "--month", MONTH, "--to", folder)
    return folder


def copy_of_export(folder: Path) -> Path:
    return Path(shutil.copytree(exported(), folder / "export"))


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file by its name within the folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
