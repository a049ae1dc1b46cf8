"""`edge-agent verify`, `export`, `replay`: shapes and exit codes others rely on."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge_agent.cli import program
from tests.edge_agent.places import Place, append, configure, enrolled
from tests.edge_agent.story import ROOT, STRANGER, opened, ticket
from tests.weighbook.sample import ticketed
from weighbook.records import Kind
from weighbook.sequences import items_of

RECORDS = "records.cbor-seq"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(program, [*map(str, words)])


def said(result: Result) -> dict[str, Any]:
    assert result.stdout.count("\n") == 1
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A day with a sale, receipted half-way; and its export beside it. Nobody changes it."""
    place = enrolled(tmp_path_factory.mktemp("kept"))
    story = opened()
    story.pass_with(ticket(), 15_000)
    story.pass_with(ticket(), 49_000)
    place.tell(story)
    place.receipt(9)
    assert run("export", place.site.book, "--to", place.folder / "export").exit_code == 0
    return place


@pytest.fixture
def place(kept: Place, tmp_path: Path) -> Place:
    """A copy one may tamper with."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    return configure(tmp_path / "copy")


def export_of(place: Place) -> Path:
    return place.folder / "export"


def book_of(place: Place) -> Path:
    return place.folder / "state" / "book.db"


BOTH = pytest.mark.parametrize("where", [book_of, export_of])
Where = Callable[[Place], Path]


@BOTH
def test_a_whole_book_has_the_agreed_shape(kept: Place, where: Where) -> None:
    result = run("verify", where(kept), "--json")
    told = said(result)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(told)[:4] == ["ok", "records", "head", "breaks"]
    with kept.book() as book:
        head = book.head
    assert (told["ok"], told["records"], told["breaks"]) == (True, head.seq, [])
    assert told["head"] == head.digest.hex()


@BOTH
def test_people_read_how_far_it_is_proven_and_what_is_not(kept: Place, where: Where) -> None:
    shown = run("verify", where(kept)).stdout
    assert "的回执证明至第 9 条。10…12 仅自洽。" in shown
    assert "Proven to seq 9 by the receipt of " in shown
    assert "10…12 only self-consistent." in shown
    assert "--root" in shown


def test_the_state_folder_itself_may_be_named(kept: Place) -> None:
    assert run("verify", kept.site.folder).exit_code == 0


def test_the_root_obtained_elsewhere_is_held_against_the_book(kept: Place, tmp_path: Path) -> None:
    (tmp_path / "root").write_bytes(ROOT.public.cose_key)
    (tmp_path / "other").write_text(STRANGER.public.cose_key.hex())
    good = run("verify", kept.site.book, "--root", tmp_path / "root")
    assert (good.exit_code, "--root" in good.stdout) == (0, False)
    assert run("verify", kept.site.book, "--root", tmp_path / "other").exit_code == 2
    assert run("verify", kept.site.book, "--root", tmp_path / "absent").exit_code == 2


def test_an_export_verifies_with_the_auditor_s_package_alone(kept: Place) -> None:
    command = [sys.executable, "-m", "weighbook", str(export_of(kept)), "--json"]
    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    assert alone.returncode == 0
    assert json.loads(alone.stdout) == said(run("verify", export_of(kept), "--json"))


def test_the_installed_command_says_the_same(kept: Place) -> None:
    command = str(Path(sys.executable).parent / "edge-agent")
    asked = [command, "verify", str(kept.site.book), "--json"]
    result = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (result.returncode, json.loads(result.stdout)["ok"]) == (0, True)


def test_the_export_holds_the_original_messages_and_all_attachments(kept: Place) -> None:
    with kept.book() as book:
        messages = [line.message for line in book.lines()]
    assert list(items_of((export_of(kept) / RECORDS).read_bytes())) == messages
    assert {path.name for path in export_of(kept).iterdir()} == {
        RECORDS, "orders.cbor-seq", "receipts.cbor-seq", "keys.cbor", "manifest.json", "attachments"
    }  # fmt: skip
    manifest = json.loads((export_of(kept) / "manifest.json").read_text())
    assert manifest["counts"] == {
        RECORDS: 12, "orders.cbor-seq": 1, "receipts.cbor-seq": 1, "attachments": 3
    }  # fmt: skip


def rewrite(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(list(items_of(path.read_bytes())))))


def swapped(items: list[bytes]) -> list[bytes]:
    return [*items[:3], items[4], items[3], *items[5:]]


TAMPERINGS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "cut": lambda items: [*items[:4], *items[5:]],
    "swapped": swapped,
    "twice": lambda items: [*items[:5], items[4], *items[5:]],
    "inserted": lambda items: [*items[:5], b"\xd2\x84\x43noise", *items[5:]],
    "another order": lambda items: items[::-1],
    "tail cut below the receipt": lambda items: items[:8],
    "nothing left": lambda _items: [],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_export_is_reported(place: Place, name: str) -> None:
    rewrite(export_of(place) / RECORDS, TAMPERINGS[name])
    result = run("verify", export_of(place), "--json")
    told = said(result)
    assert (result.exit_code, told["ok"]) == (1, False)
    codes = {found["code"] for found in told["breaks"]}
    assert codes - {"B_MANIFEST"}
    assert all(set(found) >= {"seq", "code"} for found in told["breaks"])
    assert run("verify", export_of(place)).exit_code == 1


def test_a_tail_cut_above_the_receipt_is_not_claimed_to_be_proven(place: Place) -> None:
    rewrite(export_of(place) / RECORDS, lambda items: items[:10])
    told = said(run("verify", export_of(place), "--json"))
    assert {found["code"] for found in told["breaks"]} == {"B_MANIFEST"}
    assert told["proven_seq"] == 9
    assert "10…10 only self-consistent" in told["coverage_en"]


@settings(max_examples=25, deadline=None)
@given(seq=st.integers(1, 12), at=st.integers(0, 600), bit=st.integers(0, 7))
def test_any_flipped_bit_of_a_record_in_the_book_file_is_reported(
    kept: Place, tmp_path_factory: pytest.TempPathFactory, seq: int, at: int, bit: int
) -> None:
    with kept.book() as book:
        message = next(book.lines(seq - 1)).message
    at %= len(message) - 16
    whole, data = message[at : at + 16], kept.site.book.read_bytes()
    # Not where a record goes over the edge of a page; and stale copies go along.
    assume(whole in data)
    flipped = bytes((whole[0] ^ 1 << bit, *whole[1:]))
    copy = tmp_path_factory.mktemp("flip") / "book.db"
    copy.write_bytes(data.replace(whole, flipped))
    # 2 where the same bytes stand in the key set too, which then proves nothing any more.
    assert run("verify", copy, "--json").exit_code in (1, 2)


STATEMENTS = {
    "cut": "DELETE FROM records WHERE seq = 5",
    "swapped": "UPDATE records SET message = (SELECT message FROM records r WHERE r.seq = "
    "CASE records.seq WHEN 5 THEN 6 ELSE 5 END) WHERE seq IN (5, 6)",
    "inserted": "INSERT INTO records SELECT 99, epoch, kind, at_ms, digest, message"
    " FROM records WHERE seq = 5",
    "a text": "UPDATE records SET message = 'text' WHERE seq = 5",
    "an order gone": "DELETE FROM orders",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_tampered_book_file_is_reported(place: Place, name: str) -> None:
    with closing(sqlite3.connect(place.site.book)) as db, db:
        for table in ("records", "orders"):
            for change in ("update", "delete"):
                db.execute(f"DROP TRIGGER {table}_no_{change}")
        db.execute(STATEMENTS[name])
    result = run("verify", place.site.book, "--json")
    assert (result.exit_code, said(result)["ok"]) == (1, False)


def test_a_picture_that_is_missing_or_changed_is_reported(place: Place) -> None:
    first, second, *_ = sorted((export_of(place) / "attachments").iterdir())
    first.unlink()
    second.write_bytes(b"another picture")
    told = said(run("verify", export_of(place), "--json"))
    assert {"B_ATTACHMENT", "B_ATTACHMENT_HASH"} <= {found["code"] for found in told["breaks"]}


def test_no_break_can_command_the_terminal(place: Place) -> None:
    with place.book() as book:
        append(book, Kind.SALE, ticketed(1, ticket_no="\x1b[2Jnone", net_kg=1, gross_kg=1))
    shown = run("verify", place.site.book)
    assert (shown.exit_code, "\x1b" in shown.stdout) == (1, False)


@pytest.mark.parametrize("command", [("verify",), ("export", "--to", "x"), ("replay",)])
@pytest.mark.parametrize(
    "content", [None, b"", b"noise" * 999, b"SQLite format 3\0" + bytes(4_080)]
)
def test_what_is_no_book_is_refused_in_two_sentences(
    tmp_path: Path, command: tuple[str, ...], content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("book.db").write_bytes(content)
    result = run(*command, "book.db")
    assert (result.exit_code, result.stdout) == (2, "")
    chinese, english = result.stderr.splitlines()
    assert "无法读取账簿" in chinese
    assert "cannot be read" in english
    assert not Path("x").exists()


def test_an_export_goes_into_no_folder_that_holds_anything(place: Place) -> None:
    before = sorted(export_of(place).rglob("*"))
    for taken in (export_of(place), place.config_file):
        result = run("export", place.site.book, "--to", taken)
        assert (result.exit_code, "E_NOT_EMPTY" in result.stderr) == (2, True)
    assert sorted(export_of(place).rglob("*")) == before


def test_a_book_in_use_is_exported_as_of_one_moment(place: Place, tmp_path: Path) -> None:
    with place.book() as book:
        append(book, Kind.TEST, ticketed(3))
        assert run("export", place.site.book, "--to", tmp_path / "e").exit_code == 0
    assert said(run("verify", tmp_path / "e", "--json"))["records"] == 13


@BOTH
def test_an_honest_day_replays_without_a_difference(kept: Place, where: Where) -> None:
    for words in ((), ("--config", kept.config_file)):
        result = run("replay", where(kept), *words)
        assert result.exit_code == 0
        assert "重放 12 条记录，0 处不同。" in result.stdout
    assert run("replay", where(kept), "--json").stdout == ""


def test_a_sale_no_rule_allows_is_named_with_its_place(place: Place) -> None:
    with place.book() as book:
        append(book, Kind.SALE, ticketed(7, weight_kg=30_000, gross_kg=30_000, net_kg=14_380))
    result = run("replay", place.site.book, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert {(row["seq"], row["code"]) for row in rows} == {(13, "D_SESSION")}
    assert "there is no tare for it" in run("replay", place.site.book).stdout


def test_a_record_no_agent_writes_is_refused_by_replay_in_two_sentences(place: Place) -> None:
    with place.book() as book:
        append(book, Kind.TARE, ticketed(7, ticket_no=None))
    result = run("replay", place.site.book)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)
    assert "E_BOOK" in result.stderr
