"""The manifest and its signature: the same for the same run, and what the schema says."""

import hashlib
import json
from pathlib import Path

import pycddl
import pytest

from collector.home import open_home
from collector.manifest import (
    KEYS,
    MANIFEST,
    SIGNATURE,
    check_signature,
    read_manifest,
    sign_manifest,
    vouching,
)
from tests.collector.exports import exported, files_in, troubled_desk
from weighbook import cbor
from weighbook.envelope import payload_of
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing, open_keyset
from weighbook.phrase import Refusal

SCHEMA = Path(__file__).parents[2] / "weighbook" / "weighbook.cddl"


def data_of(name: str) -> bytes:
    return (exported() / name).read_bytes()


def ring() -> KeyRing:
    home = open_home(troubled_desk().home)
    keyset = open_keyset(data_of(KEYS), home.root)
    home.close()
    return KeyRing(keyset)


def test_every_file_stands_in_the_manifest_with_its_hash_and_size() -> None:
    listed = {file["name"]: file for file in read_manifest(data_of(MANIFEST))["files"]}
    own = {MANIFEST, SIGNATURE, KEYS, "root.pub"}
    for name, data in files_in(exported()).items():
        if name not in own:
            expected = (len(data), hashlib.sha256(data).hexdigest())
            assert (listed[name]["bytes"], listed[name]["sha256"]) == expected


def test_rows_are_counted_where_there_are_rows() -> None:
    rows = {file["name"]: file["rows"] for file in read_manifest(data_of(MANIFEST))["files"]}
    assert (rows["findings.jsonl"], rows["csv/weighings.csv"]) == (8, 21)
    assert rows["month-2026-07-R1.xlsx"] is None


def test_nothing_in_the_manifest_tells_when_it_was_written() -> None:
    shape = read_manifest(data_of(MANIFEST))
    assert sorted(shape) == [
        "bureau",
        "files",
        "findings",
        "formulas",
        "inputs_sha256",
        "kind",
        "period",
        "result_sha256",
        "revision",
        "sums",
        "version",
    ]


def test_the_signature_holds_what_the_schema_says() -> None:
    payload = payload_of(data_of(SIGNATURE))
    schema = pycddl.Schema(f"start = manifest\n{SCHEMA.read_text(encoding='utf-8')}")
    schema.validate_cbor(cbor.encode(payload))
    with pytest.raises(pycddl.ValidationError):
        schema.validate_cbor(cbor.encode({**payload, 3: "R1"}))


def test_the_bureau_signed_this_manifest_and_no_other() -> None:
    manifest = data_of(MANIFEST)
    assert check_signature(manifest, data_of(SIGNATURE), ring()) == "OTG-EB"
    with pytest.raises(Refusal) as refused:
        check_signature(manifest + b" ", data_of(SIGNATURE), ring())
    assert refused.value.code == "E_MANIFEST"


def test_a_stranger_vouches_for_nothing() -> None:
    manifest = data_of(MANIFEST)
    with pytest.raises(Refusal) as refused:
        check_signature(manifest, sign_manifest(manifest, SigningKey.generate()), ring())
    assert refused.value.code == "E_KID"


def test_an_officer_does_not_sign_exports() -> None:
    home = open_home(troubled_desk().home)
    signature = sign_manifest(data_of(MANIFEST), home.officer_key("officer-1"))
    home.close()
    with pytest.raises(Refusal) as refused:
        check_signature(data_of(MANIFEST), signature, ring())
    assert refused.value.code == "E_ROLE"


def test_each_revision_is_signed_as_its_number() -> None:
    shape = dict(read_manifest(data_of(MANIFEST)))
    for number in (1, 2, 5):
        shape["revision"] = f"R{number}"
        manifest = json.dumps(shape).encode()
        assert vouching(manifest, read_manifest(manifest))[3] == number
