"""The manifest of a monthly export: every file with its hash, the sums, and one signature over it.

`manifest.json` is for people and programs; `manifest.sig` is one signed message of the collector's
receipt key over its SHA-256. Neither holds a time of writing: an export of the same run is the
same.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from collector.reconcile import Run
from collector.totals import county
from weighbook.envelope import Typ, open_message, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal

KIND = "weighhouse-month"
REVISION_FORM = re.compile(r"R[1-9]", re.ASCII)
VERSION = 1
MANIFEST, SIGNATURE, KEYS, ROOT = "manifest.json", "manifest.sig", "keys.cbor", "root.pub"
LARGEST_SIGNATURE_BYTES = 4_096
LARGEST_MANIFEST_BYTES = 1_048_576
HASH_BYTES = 32


class File(NamedTuple):
    """One exported file; `rows` of data where it has rows."""

    name: str
    data: bytes
    rows: int | None


def make_manifest(run: Run, files: tuple[File, ...], bureau: Phrase) -> bytes:
    """The JSON, readable and with sorted keys."""
    shape = {
        "kind": KIND,
        "version": VERSION,
        "period": run.period.name,
        "revision": run.revision,
        "formulas": run.formulas,
        "bureau": {"zh": bureau.zh, "en": bureau.en},
        "findings": len(run.findings),
        "sums": county(run.totals),
        "inputs_sha256": run.inputs_sha256,
        "result_sha256": run.result_sha256,
        "files": [described(file) for file in sorted(files)],
    }
    return (json.dumps(shape, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def described(file: File) -> dict[str, object]:
    digest = hashlib.sha256(file.data).hexdigest()
    return {"name": file.name, "bytes": len(file.data), "sha256": digest, "rows": file.rows}


def sign_manifest(manifest: bytes, key: SigningKey) -> bytes:
    """The signed message that vouches for a manifest."""
    return sign(vouching(manifest, read_manifest(manifest)), Typ.MANIFEST, key)


def vouching(manifest: bytes, shape: Mapping[str, Any]) -> dict[int, object]:
    """What is signed of a manifest: version, month, revision as a number, digest of the file."""
    revision = int(shape["revision"].removeprefix("R"))
    return {1: VERSION, 2: shape["period"], 3: revision, 4: hashlib.sha256(manifest).digest()}


def check_signature(manifest: bytes, signature: bytes, ring: KeyRing) -> str:
    """Who signed the manifest; Refusal of the envelope, or E_MANIFEST if it vouches for another."""
    opened = open_message(
        signature, Typ.MANIFEST, ring, at_s=None, max_bytes=LARGEST_SIGNATURE_BYTES
    )
    if opened.payload != vouching(manifest, read_manifest(manifest)):
        raise Refusal(
            "E_MANIFEST",
            Phrase("清单与签名不符。", "The manifest is not the one that was signed."),
            Phrase("请向能源局索取原件。", "Ask the bureau for the original."),
        )
    return opened.subject


def read_manifest(data: bytes) -> Mapping[str, Any]:
    """The manifest's content; Refusal E_MANIFEST if it is none of ours."""
    try:
        shape = json.loads(data) if len(data) <= LARGEST_MANIFEST_BYTES else None
    except (ValueError, RecursionError):
        shape = None
    if not isinstance(shape, dict) or shape.get("kind") != KIND or not well_formed(shape):
        raise Refusal(
            "E_MANIFEST",
            Phrase("manifest.json 不是月报清单。", "manifest.json is not a monthly manifest."),
            Phrase(
                "请指向 collector export 写出的目录。", "Point at a folder collector export wrote."
            ),
        )
    return shape


def well_formed(shape: Mapping[str, Any]) -> bool:
    files = shape.get("files")
    texts = ("period", "revision", "inputs_sha256", "result_sha256")
    return (
        all(isinstance(shape.get(name), str) for name in texts)
        and REVISION_FORM.fullmatch(shape["revision"]) is not None
        and isinstance(shape.get("sums"), dict)
        and isinstance(files, list)
        and all(
            isinstance(file, dict)
            and isinstance(file.get("name"), str)
            and file["name"].isprintable()
            and isinstance(file.get("sha256"), str)
            for file in files
        )
    )
