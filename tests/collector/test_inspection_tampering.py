"""An export tampered with at random: whatever is done to any of its files is reported, by name."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.inspection import inspect
from collector.manifest import KEYS, MANIFEST, ROOT, SIGNATURE, read_manifest
from tests.collector.exports import copy_of_export, files_in, troubled_desk
from weighbook.keys import PublicKey
from weighbook.phrase import Refusal

OWN = {MANIFEST, SIGNATURE, KEYS, ROOT}


def bureau_root() -> PublicKey:
    return PublicKey.read((troubled_desk().home / "keys" / "root.pub").read_bytes())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_export(tmp_path_factory.mktemp("export"))


NAMES = (
    "csv/01-overview.csv",
    "csv/weighings.csv",
    "findings.jsonl",
    "keys.cbor",
    "manifest.json",
    "manifest.sig",
    "month-2026-07-R1.xlsx",
    "root.pub",
    "tables/weighings.parquet",
)


def found(folder: Path) -> list[str]:
    """The names of what does not hold, against the bureau's own root key."""
    return [check.name for check in inspect(folder, bureau_root()) if not check.ok]


def blamed(name: str) -> set[str]:
    """What may be named where a file is not as it was: keys show in the signature they carry."""
    return {name, SIGNATURE} if name in OWN else {name}


def test_every_file_of_an_export_is_covered(folder: Path) -> None:
    for name, data in files_in(folder).items():
        (folder / name).unlink()
        assert set(found(folder)) & blamed(name), name
        (folder / name).write_bytes(data)
    assert set(NAMES) < set(files_in(folder))


@pytest.mark.parametrize("name", NAMES)
def test_a_flip_of_any_bit_is_reported(folder: Path, name: str) -> None:
    path, dice = folder / name, random.Random(name)
    data = path.read_bytes()
    for _ in range(25):
        at, bit = dice.randrange(len(data)), 1 << dice.randrange(8)
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        assert set(found(folder)) & blamed(name), (name, at, bit)
    path.write_bytes(data)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kept", [0.0, 0.5, 1.5])
def test_a_file_cut_or_lengthened_is_reported(folder: Path, name: str, kept: float) -> None:
    path = folder / name
    data = path.read_bytes()
    path.write_bytes((data + data)[: int(len(data) * kept)])
    assert set(found(folder)) & blamed(name)
    path.write_bytes(data)


def test_exchanged_files_are_reported(folder: Path) -> None:
    one, two = folder / "csv" / "02-tickets.csv", folder / "csv" / "03-weighings.csv"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert found(folder) == ["csv/02-tickets.csv", "csv/03-weighings.csv"]
    one.write_bytes(first)
    two.write_bytes(second)


@pytest.mark.parametrize("kind", ["file", "link", "linked folder", "broken link"])
def test_what_was_put_beside_is_reported(tmp_path: Path, kind: str) -> None:
    folder = copy_of_export(tmp_path)
    path = folder / "tables" / "more"
    if kind == "file":
        path.write_bytes(b"")
    else:
        path.symlink_to({"link": MANIFEST, "linked folder": str(tmp_path)}.get(kind, "nowhere"))
    assert found(folder) == ["tables/more"]


def test_a_manifest_made_to_fit_needs_the_key_again(tmp_path: Path) -> None:
    folder = copy_of_export(tmp_path)
    shape = json.loads((folder / MANIFEST).read_bytes())
    shape["sums"]["net_kg"] -= 100
    (folder / MANIFEST).write_bytes(json.dumps(shape).encode())
    assert found(folder) == [SIGNATURE]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["kind", "files", "name", "sums", "period"]), inner),
).map(lambda shape: json.dumps(shape).encode()))  # fmt: skip
def test_no_bytes_are_a_manifest_by_accident(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_manifest(data)
    assert refused.value.code == "E_MANIFEST"


@pytest.mark.parametrize("data", [b"[" * 200_000, b"{}" + b" " * 2_000_000])
def test_a_manifest_has_a_bound(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_manifest(data)
