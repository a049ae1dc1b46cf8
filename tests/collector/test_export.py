"""An export goes to disk as a whole or not at all, and never over anything."""

import stat
from pathlib import Path

import pytest

from collector.export import check_empty, files_of, read_parquet, write_folder
from collector.manifest import File
from collector.tables import SCHEMAS
from tests.collector.runs import run_with
from weighbook.phrase import Phrase, Refusal

FILES = (File("a.txt", b"a", None), File("csv/b.txt", b"b", 1))


def test_a_folder_is_written_whole_and_for_others_to_read(tmp_path: Path) -> None:
    write_folder(tmp_path / "new" / "month", FILES)
    folder = tmp_path / "new" / "month"
    assert (folder / "a.txt").read_bytes() + (folder / "csv" / "b.txt").read_bytes() == b"ab"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_an_empty_folder_may_be_used_and_a_used_one_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_folder(tmp_path / "empty", FILES)
    with pytest.raises(Refusal, match="E_FOLDER"):
        write_folder(tmp_path / "empty", FILES)
    with pytest.raises(Refusal, match="E_FOLDER"):
        check_empty(tmp_path / "empty" / "a.txt")


@pytest.mark.parametrize("name", ["a.txt/c", "no/such/depth"])
def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    with pytest.raises((FileNotFoundError, FileExistsError, NotADirectoryError)):
        write_folder(tmp_path / "month", (*FILES, File(name, b"", None)))
    assert list(tmp_path.iterdir()) == []


def test_every_table_of_the_run_is_in_the_export_even_if_empty() -> None:
    files = {file.name: file for file in files_of(run_with(), Phrase("局", "bureau"))}
    for name in SCHEMAS:
        file = files[f"tables/{name}.parquet"]
        assert read_parquet(file.data).num_rows == file.rows
