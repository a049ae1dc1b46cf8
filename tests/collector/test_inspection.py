"""An export as somebody else checks it: every change is named, and the run is repeated."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.export import files_of, write_folder
from collector.inspection import Check, inspect, is_export
from collector.manifest import KEYS, MANIFEST, ROOT, SIGNATURE, File, make_manifest, sign_manifest
from collector.reconcile import reconcile
from tests.collector.month_samples import PERIOD, Month, honest_month
from weighbook.keys import PublicKey, SigningKey
from weighbook.keyset import KeyEntry, KeySet, sign_keyset
from weighbook.phrase import Phrase

BUREAU = Phrase("能源局", "Bureau")


def export(month: Month, folder: Path, key: SigningKey) -> None:
    run = reconcile(month.home.db, PERIOD)
    files = files_of(run, BUREAU)
    manifest = make_manifest(run, files, BUREAU)
    keyset = month.home.db.execute("SELECT message FROM keysets ORDER BY version DESC").fetchone()
    own = (
        File(MANIFEST, manifest, None),
        File(SIGNATURE, sign_manifest(manifest, key), None),
        File(KEYS, bytes(keyset[0]), None),
        File(ROOT, month.home.root.cose_key, None),
    )
    write_folder(folder, (*files, *own))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PublicKey]:
    """One honest month, exported; and the bureau's key as it was published."""
    folder = tmp_path_factory.mktemp("month")
    month = honest_month(folder)
    export(month, folder / "export", month.home.key("receipt"))
    return folder / "export", month.home.root


@pytest.fixture
def folder(made: tuple[Path, PublicKey], tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(made[0], tmp_path / "export"))


@pytest.fixture
def root(made: tuple[Path, PublicKey]) -> PublicKey:
    return made[1]


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def wrong(checks: tuple[Check, ...]) -> set[str]:
    return {check.name for check in checks if not check.ok}


def test_an_honest_export_is_good_and_its_run_is_repeated(folder: Path, root: PublicKey) -> None:
    checks = inspect(folder, root)
    looked_at = {check.name for check in checks}
    names = {path.relative_to(folder).as_posix() for path in files_in(folder)}
    assert wrong(checks) == set()
    assert {"inputs_sha256", "result_sha256", "sums"} <= looked_at
    assert names - looked_at <= {MANIFEST, KEYS, ROOT}


def test_a_flipped_byte_in_any_file_is_reported(folder: Path, root: PublicKey) -> None:
    for path in files_in(folder):
        if path.name == ROOT:
            continue  # the reader has the published key
        content = path.read_bytes()
        for at in {0, len(content) // 2, max(0, len(content) - 1)}:
            spoilt = bytearray(content or b"\x00")
            spoilt[at] ^= 1
            path.write_bytes(spoilt)
            assert wrong(inspect(folder, root)), (path.name, at)
        path.write_bytes(content)


def test_a_missing_file_is_named(folder: Path, root: PublicKey) -> None:
    (folder / "findings.jsonl").unlink()
    assert "findings.jsonl" in wrong(inspect(folder, root))


def test_a_file_that_was_not_signed_is_named(folder: Path, root: PublicKey) -> None:
    (folder / "csv" / "more.csv").write_text("x", encoding="utf-8")
    assert wrong(inspect(folder, root)) == {"csv/more.csv"}


def changed(change: Callable[[dict[str, object]], object], folder: Path) -> None:
    shape = json.loads((folder / MANIFEST).read_bytes())
    change(shape)
    (folder / MANIFEST).write_text(json.dumps(shape), encoding="utf-8")


def test_a_manifest_that_points_outside_its_folder_reads_nothing_there(
    folder: Path, root: PublicKey
) -> None:
    (folder.parent / "outside").write_bytes(b"")
    for name in ("../outside", "/etc/passwd", "csv/../../outside"):
        changed(lambda shape, name=name: shape["files"][0].update(name=name), folder)  # type: ignore[misc] # JSON
        assert {SIGNATURE, name} <= wrong(inspect(folder, root))


@pytest.mark.parametrize(
    "change",
    [
        lambda shape: shape.update(kind="another"),
        lambda shape: shape.update(files=7),
        lambda shape: shape.pop("period"),
        lambda shape: shape.update(files=[{"name": 1}]),
    ],
)
def test_a_manifest_of_another_shape_is_refused_in_words(
    folder: Path, root: PublicKey, change: Callable[[dict[str, object]], object]
) -> None:
    changed(change, folder)
    (check,) = inspect(folder, root)
    assert (check.name, check.ok) == (MANIFEST, False)
    assert "E_MANIFEST" in check.told.zh


def test_without_the_published_key_the_reader_is_told_what_to_compare(folder: Path) -> None:
    (folder / "findings.jsonl").unlink()  # so that the month is not judged again
    (signed,) = [check for check in inspect(folder, None) if check.name == SIGNATURE]
    root = PublicKey.read((folder / ROOT).read_bytes())
    assert signed.ok
    assert root.kid.hex() in signed.told.zh


def test_an_export_signed_by_a_stranger_is_not_believed(folder: Path, root: PublicKey) -> None:
    stranger = SigningKey.generate()
    manifest = (folder / MANIFEST).read_bytes()
    (folder / SIGNATURE).write_bytes(sign_manifest(manifest, stranger))
    assert wrong(inspect(folder, root)) == {SIGNATURE}


def test_another_bureaus_whole_export_is_not_believed(folder: Path, root: PublicKey) -> None:
    own_root, key = SigningKey.generate(), SigningKey.generate()
    entry = KeyEntry(key.public, ("receipt",), "impostor", 0)
    (folder / KEYS).write_bytes(sign_keyset(KeySet(1, (entry,)), own_root))
    (folder / SIGNATURE).write_bytes(sign_manifest((folder / MANIFEST).read_bytes(), key))
    (folder / ROOT).write_bytes(own_root.public.cose_key)
    assert SIGNATURE in wrong(inspect(folder, root))


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE])
def test_a_folder_is_an_export_even_if_half_of_its_papers_are_gone(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert is_export(folder)
    assert wrong(inspect(folder, None))


def test_a_folder_with_neither_is_none(tmp_path: Path) -> None:
    assert not is_export(tmp_path)
