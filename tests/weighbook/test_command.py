"""`python -m weighbook`: the auditor's command as a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.weighbook.keys import ROOT
from tests.weighbook.sample import sample_book
from weighbook.envelope import digest
from weighbook.manifest import KEYS_FILE, SEQUENCES

BOOK = sample_book()


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "weighbook", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60
    )


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return BOOK.export(tmp_path / "export")


def test_a_good_book_ends_with_0_and_its_verdict(export: Path) -> None:
    result = run(export, "--json")
    said = json.loads(result.stdout)
    assert (result.returncode, result.stderr, result.stdout.count("\n")) == (0, "", 1)
    assert (said["ok"], said["records"], said["breaks"]) == (True, len(BOOK.messages), [])
    assert said["head"] == digest(BOOK.messages[-1]).hex()
    assert (said["proven_seq"], said["proven_at_ms"] // 1000) == (
        24,
        BOOK.records[23].at_ms // 1000,
    )
    assert "24" in said["coverage_zh"]
    assert "24" in said["coverage_en"]


def test_a_good_database_with_a_root_from_elsewhere_ends_with_0(tmp_path: Path) -> None:
    root = tmp_path / "root.pub"
    root.write_bytes(ROOT.public.cose_key)
    result = run(BOOK.database(tmp_path / "book.db"), "--root", root)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"记录 {len(BOOK.messages)} 条，问题 0 处" in result.stdout
    assert "--root" not in result.stdout


def test_a_broken_book_ends_with_1_and_names_each_break(export: Path) -> None:
    records = export / SEQUENCES[0]
    records.write_bytes(b"".join(BOOK.messages[:6] + BOOK.messages[7:]))
    result = run(export, "--json")
    said = json.loads(result.stdout)
    assert (result.returncode, said["ok"], said["proven_seq"]) == (1, False, 0)
    found = {(found["seq"], found["code"]) for found in said["breaks"]}
    assert {(0, "B_MANIFEST"), (8, "B_SEQ"), (8, "B_PREV")} <= found
    in_words = run(export)
    assert in_words.returncode == 1
    assert "does not carry the digest" in in_words.stdout
    assert "与前一条记录的摘要不符" in in_words.stdout


@pytest.mark.parametrize("name", [KEYS_FILE, SEQUENCES[0]])
def test_an_unreadable_book_ends_with_2_and_says_what_to_do(export: Path, name: str) -> None:
    (export / name).unlink()
    result = run(export, "--json")
    assert (result.returncode, result.stdout) == (2, "")
    assert "无法读取账簿" in result.stderr
    assert "Point at a book.db" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_not_there_or_no_book_at_all_ends_with_2(tmp_path: Path) -> None:
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"noise" * 100)
    for path in (tmp_path / "nothing", noise):
        result = run(path)
        assert (result.returncode, result.stdout) == (2, "")
        assert "Traceback" not in result.stderr


def test_a_root_file_that_is_none_ends_with_2(export: Path, tmp_path: Path) -> None:
    for content in (b"", b"zz", b"\xff" * 40):
        (tmp_path / "root.pub").write_bytes(content)
        result = run(export, "--root", tmp_path / "root.pub")
        assert (result.returncode, result.stdout) == (2, "")
    assert run(export, "--root", tmp_path / "absent").returncode == 2
