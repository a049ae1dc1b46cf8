"""`collector reconcile | export | verify`: a month judged, handed over, and believed by nobody."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from collector.cli import cli
from collector.finding import CODES
from tests.collector.commands import Desk, code_of, open_desk
from tests.collector.exports import (
    copy_of_export,
    desk_of,
    exported,
    files_in,
    honest_desk,
    troubled_desk,
)
from tests.collector.month_samples import DAY_MS, MONTH

FINDING_KEYS = ["code", "subject", "period", "measured", "expected", "tolerance", "evidence"]
JULY = ("--month", MONTH)


@cache
def json_lines() -> list[dict[str, Any]]:
    result = troubled_desk().run("reconcile", *JULY, "--json")
    assert result.exit_code == 1
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_honest_month_ends_in_zero() -> None:
    assert "未发现问题" in honest_desk().told("reconcile", *JULY)


def test_a_month_with_findings_ends_in_one_and_names_them() -> None:
    result = troubled_desk().run("reconcile", *JULY)
    assert (result.exit_code, result.stderr) == (1, "")
    assert all(word in result.stdout for word in ("F-S01", "停销期间销售", "sold while", "W1"))


def test_each_finding_is_a_line_of_the_promised_shape() -> None:
    findings = [line for line in json_lines() if "code" in line]
    assert [list(line) for line in findings] == [FINDING_KEYS] * 8
    assert {str(line["code"]) for line in findings} <= {code.code for code in CODES}


def test_the_totals_follow_the_findings_and_the_month_comes_last() -> None:
    *_, enterprise, month = json_lines()
    assert enterprise["totals"]["enterprise"] == "E1"
    assert (month["month"]["findings"], month["month"]["net_kg"]) == (8, 333_800)


@pytest.mark.parametrize("month", ["2026-13", "2026-7", "july", "", "26-07"])
def test_what_is_no_month_is_refused(month: str) -> None:
    assert honest_desk().refusal("reconcile", "--month", month) == "E_MONTH"


def test_a_month_that_has_not_begun_is_not_found_honest(tmp_path: Path) -> None:
    for command in (("reconcile",), ("export", "--to", str(tmp_path / "new"))):
        assert honest_desk().refusal(*command, "--month", "2026-09") == "E_MONTH_AHEAD"
    assert not (tmp_path / "new").exists()


def test_an_unknown_revision_is_refused() -> None:
    assert honest_desk().refusal("reconcile", *JULY, "--revision", "R9") == "E_USAGE"


def test_an_export_never_goes_into_a_used_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    for to in (tmp_path, tmp_path / "mine.txt"):
        assert honest_desk().refusal("export", *JULY, "--to", to) == "E_FOLDER"
    assert files_in(tmp_path) == {"mine.txt": b"keep"}


def test_a_month_exported_on_another_day_is_the_same(tmp_path: Path) -> None:
    later = desk_of(troubled_desk().folder)
    later.wall.now_ms += 40 * DAY_MS
    later.told("export", *JULY, "--to", tmp_path / "again")
    assert files_in(tmp_path / "again") == files_in(exported())


def test_a_month_exported_elsewhere_is_the_same(tmp_path: Path) -> None:
    # Another process, another time zone, another order of every set.
    place = {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"}
    words = ("--home", str(troubled_desk().home), "export", *JULY, "--to", str(tmp_path / "again"))
    command = [sys.executable, "-c", "from collector.cli import main; main()", *words]
    done = subprocess.run(command, env={**os.environ, **place}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert files_in(tmp_path / "again") == files_in(exported())


def verified(path: Path, *words: str, desk: Desk | None = None) -> list[dict[str, object]]:
    """What `verify` finds wrong; it must end in 1 if and only if it finds anything."""
    result = (desk or troubled_desk()).run("verify", path, *words, "--json")
    checks = [json.loads(line) for line in result.stdout.splitlines()]
    bad = [check for check in checks if not check["ok"]]
    assert result.exit_code == (1 if bad else 0), result.output
    return bad


def test_an_export_as_it_was_signed_is_good() -> None:
    text = troubled_desk().told("verify", exported())
    assert all(word in text for word in ("签名有效", "重算一致", "全部一致", "all good"))


def test_without_the_bureaus_key_the_reader_is_told_what_to_compare(tmp_path: Path) -> None:
    folder = tampered(tmp_path)
    result = CliRunner().invoke(cli, ["verify", str(folder)], env={"WEIGHHOUSE_HOME": None})
    assert "compare" in result.stdout


def test_the_root_may_be_brought_as_a_file(tmp_path: Path) -> None:
    own = troubled_desk().home / "keys" / "root.pub"
    bad = verified(tampered(tmp_path), "--root", str(own), desk=Desk(tmp_path))
    assert [check["name"] for check in bad] == ["csv/03-weighings.csv", "csv/extra.csv"]


def test_an_export_of_another_bureau_is_not_believed(tmp_path: Path) -> None:
    bad = verified(exported(), desk=open_desk(tmp_path))
    assert [check["name"] for check in bad] == ["manifest.sig", "root.pub"]


def tampered(tmp_path: Path) -> Path:
    """The export with a weight changed and a file added."""
    folder = copy_of_export(tmp_path)
    path = folder / "csv" / "03-weighings.csv"
    path.write_bytes(path.read_bytes().replace(b"166900", b"156900"))
    path.with_name("extra.csv").write_bytes(b"")
    return folder


def test_what_was_tampered_with_is_named_in_both_languages(tmp_path: Path) -> None:
    result = troubled_desk().run("verify", tampered(tmp_path))
    told = ("03-weighings.csv", "内容已改", "extra.csv", "不在清单内", "不可采信", "do not rely")
    assert result.exit_code == 1
    assert [word for word in told if word not in result.stdout] == []


@pytest.mark.parametrize("name", ["nothing", "empty", "file"])
def test_what_is_neither_export_nor_book_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_bytes(b"\x00" * 100)
    result = CliRunner().invoke(cli, ["verify", str(tmp_path / name)], prog_name="collector")
    assert code_of(result) in ("E_USAGE", "E_UNREADABLE")
