"""An export checked offline: signature, every file's hash, the sums, and the run itself, again.

`inspect()` needs the folder and, to trust it, the bureau's root key from elsewhere; without one it
says which root the folder itself names, for a person to compare. The month is judged again from the
Parquet files and must give the result the manifest promises.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from collector.export import read_parquet
from collector.manifest import (
    KEYS,
    MANIFEST,
    ROOT,
    SIGNATURE,
    check_signature,
    read_manifest,
)
from collector.period import read_month
from collector.reconcile import judge
from collector.tables import SCHEMAS, arrow_schema
from collector.totals import county
from weighbook.keys import PublicKey
from weighbook.keyset import KeyRing, open_keyset
from weighbook.phrase import Phrase, Refusal

LARGEST_FILE_BYTES = 2_000_000_000
OWN_FILES = (MANIFEST, SIGNATURE, KEYS, ROOT)
MISSING = Phrase("文件缺失", "the file is missing")


class Check(NamedTuple):
    """One thing looked at: which file or question, and what came out."""

    name: str
    ok: bool
    told: Phrase


def is_export(folder: Path) -> bool:
    """Whether a folder is, or was, a monthly export: damaged ones are looked at too."""
    if (folder / SIGNATURE).is_file():
        return True
    try:
        read_manifest((folder / MANIFEST).read_bytes())
    except (OSError, Refusal):
        return False
    return True


def inspect(folder: Path, root: PublicKey | None) -> tuple[Check, ...]:
    """Every check; a folder is good if all are ok."""
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest = read_manifest(data)
    except Refusal as refusal:
        return (Check(MANIFEST, ok=False, told=marked(refusal.what, refusal.code)),)
    except OSError:
        return (Check(MANIFEST, ok=False, told=MISSING),)
    checks = (
        check_signed(folder, data, root),
        *check_root(folder, root),
        *check_files(folder, manifest),
        *check_strangers(folder, manifest),
    )
    # What is not as it was signed is not worth judging again, nor safe to read.
    if all(check.ok for check in checks):
        checks = (*checks, *check_run(folder, manifest))
    return checks


def check_signed(folder: Path, manifest: bytes, root: PublicKey | None) -> Check:
    try:
        pinned = root or PublicKey.read((folder / ROOT).read_bytes())
        ring = KeyRing(open_keyset((folder / KEYS).read_bytes(), pinned))
        signer = check_signature(manifest, (folder / SIGNATURE).read_bytes(), ring)
    except Refusal as refusal:
        return Check(SIGNATURE, ok=False, told=marked(refusal.what, refusal.code))
    except OSError as error:
        name = Path(error.filename or "").name
        told = Phrase(f"缺少或读不到 {name}", f"{name} is missing or unreadable")
        return Check(SIGNATURE, ok=False, told=told)
    named = pinned.kid.hex()
    if root is None:
        return Check(
            SIGNATURE,
            ok=True,
            told=Phrase(
                f"{signer} 签名有效；根密钥取自本目录,请与能源局公布的 {named} 核对",
                f"signed by {signer}; the root key is the folder's own, compare {named}"
                " with what the bureau has published",
            ),
        )
    return Check(SIGNATURE, ok=True, told=Phrase(f"{signer} 签名有效", f"signed by {signer}"))


def check_root(folder: Path, root: PublicKey | None) -> Iterator[Check]:
    """The folder's own copy of the root key, where the true one is at hand."""
    path = folder / ROOT
    if root is None:
        return
    if not path.is_file():
        yield Check(ROOT, ok=False, told=MISSING)
    elif path.read_bytes() != root.cose_key:
        yield Check(ROOT, ok=False, told=Phrase("不是能源局的根密钥", "is not the bureau's key"))


def marked(phrase: Phrase, code: str) -> Phrase:
    return Phrase(f"{phrase.zh} {code}", f"{phrase.en} {code}")


def check_files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Each listed file against its hash."""
    inside = folder.resolve()
    for file in manifest["files"]:
        path = (folder / file["name"]).resolve()
        if not path.is_relative_to(inside) or not path.is_file():
            yield Check(file["name"], ok=False, told=MISSING)
        elif sha256(path) != file["sha256"]:
            yield Check(file["name"], ok=False, told=Phrase("内容已改", "its content was changed"))
        else:
            yield Check(file["name"], ok=True, told=Phrase("一致", "as signed"))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_strangers(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Files the manifest does not know: not part of what was signed."""
    known = {file["name"] for file in manifest["files"]} | set(OWN_FILES)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (path.is_symlink() or not path.is_dir()) and name not in known:
            yield Check(name, ok=False, told=Phrase("不在清单内", "is not in the manifest"))


def check_run(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Judge the month again from the tables and compare."""
    tables = read_tables(folder)
    if tables is None:
        yield Check(
            "tables",
            ok=False,
            told=Phrase("数据表缺失或不可读", "tables are missing or unreadable"),
        )
        return
    run = judge(tables, read_month(manifest["period"]), manifest["revision"])
    yield agreed("inputs_sha256", run.inputs_sha256 == manifest["inputs_sha256"])
    yield agreed("result_sha256", run.result_sha256 == manifest["result_sha256"])
    yield agreed("sums", county(run.totals) == manifest["sums"])


def agreed(name: str, ok: bool) -> Check:  # noqa: FBT001  it is the answer, not a switch
    told = Phrase("重算一致", "the same when judged again")
    differs = Phrase("重算不一致", "different when judged again")
    return Check(name, ok, told if ok else differs)


def read_tables(folder: Path) -> dict[str, pa.Table] | None:
    tables: dict[str, pa.Table] = {}
    for name in SCHEMAS:
        path = folder / "tables" / f"{name}.parquet"
        if not path.is_file() or path.stat().st_size > LARGEST_FILE_BYTES:
            return None
        try:
            tables[name] = read_parquet(path.read_bytes()).cast(arrow_schema(name))
        except (pa.ArrowException, ValueError):
            return None
    return tables
