"""Books on disk: every byte of an export counts, and a real SQLite book reads the same."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.keys import RING, ROOT, STRANGER
from tests.weighbook.refusing import refused
from tests.weighbook.sample import EVIDENCE, sample_book
from weighbook.audit import Audit
from weighbook.chain import Break
from weighbook.coverage import open_receipts
from weighbook.envelope import Typ, open_message
from weighbook.files import read_book, ring_of, write_export
from weighbook.keys import PublicKey
from weighbook.manifest import ATTACHMENTS, KEYS_FILE, MANIFEST_FILE, SEQUENCES, write_manifest
from weighbook.order_trail import OrderTrail
from weighbook.phrase import Refusal
from weighbook.sequences import items_of, read_sequence
from weighbook.verdict import verify_path

LONG = os.environ.get("WEIGHHOUSE_LONG") == "1"
STEP = 1 if LONG else 131  # of the flips that are audited from the disk, whole
PAGE_BYTES = 4096
MASKS = tuple(1 << bit for bit in range(8))
BOOK = sample_book()
NAMES = (*SEQUENCES, KEYS_FILE, MANIFEST_FILE)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return BOOK.export(tmp_path / "export")


def flips(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each byte changed once: another bit from place to place; every bit when there is time."""
    for at in range(len(data)):
        for mask in MASKS if LONG else MASKS[at % 8 : at % 8 + 1]:
            yield at, flipped_at(data, at, mask)


def flips_for_the_disk(data: bytes) -> Iterator[tuple[int, bytes]]:
    """One bit of every byte, or of some bytes: each costs the audit of a whole folder."""
    for at in range(0, len(data), STEP):
        yield at, flipped_at(data, at, MASKS[at % 8])


def flipped_at(data: bytes, at: int, mask: int) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def judged(path: Path) -> Audit | None:
    """The verdict over a book on disk; None if it is refused as a whole."""
    try:
        return verify_path(path)
    except Refusal:
        return None


def reported(path: Path) -> bool:
    """Whether a book is refused, or audited with breaks."""
    verdict = judged(path)
    return verdict is None or not verdict.ok


def is_refused_record(message: bytes) -> bool:
    code = refused(lambda: open_message(message, Typ.RECORD, RING, at_s=None))
    return code is not None


def is_refused_order(orders: list[bytes]) -> bool:
    breaks: list[Break] = []
    OrderTrail(RING, tuple(orders), breaks)
    return bool(breaks)


def is_refused_receipt(receipts: list[bytes]) -> bool:
    breaks: list[Break] = []
    open_receipts(receipts, RING, breaks)
    return bool(breaks)


def test_a_whole_export_is_good(export: Path) -> None:
    verdict = verify_path(export)
    assert (verdict.ok, verdict.records, verdict.proven_seq) == (True, len(BOOK.messages), 24)
    assert "--root" in verdict.coverage.en


@pytest.mark.parametrize("place", range(len(BOOK.messages)))
def test_a_flip_of_any_byte_of_any_record_is_a_break_of_its_own(place: int) -> None:
    # The manifest is left out on purpose: a tamperer writes a new one.
    message, following = BOOK.messages[place], b"".join(BOOK.messages[place + 1 : place + 2])
    for at, flipped in flips(message):
        items = list(items_of(flipped + following))
        assert b"".join(items) == flipped + following
        assert is_refused_record(items[0]), at


def test_a_flip_of_any_byte_of_the_orders_is_a_break(export: Path) -> None:
    for at, flipped in flips((export / SEQUENCES[1]).read_bytes()):
        assert is_refused_order(list(items_of(flipped))), at


def test_a_flip_of_any_byte_of_the_receipts_is_a_break(export: Path) -> None:
    for at, flipped in flips((export / SEQUENCES[2]).read_bytes()):
        assert is_refused_receipt(list(items_of(flipped))), at


@pytest.mark.parametrize("root", [None, ROOT.public], ids=["of the book", "from elsewhere"])
def test_a_flip_of_any_byte_of_the_keys_is_refused(export: Path, root: PublicKey | None) -> None:
    path = export / KEYS_FILE
    for at, flipped in flips(path.read_bytes()):
        path.write_bytes(flipped)
        assert refused(lambda: ring_of(read_book(export), root)) is not None, at


def test_a_flip_of_any_byte_of_the_manifest_is_a_break(export: Path) -> None:
    path = export / MANIFEST_FILE
    for at, flipped in flips(path.read_bytes()):
        path.write_bytes(flipped)
        assert {found.code for found in read_book(export).problems} == {"B_MANIFEST"}, at


def test_a_flip_of_any_byte_of_an_attachment_is_a_break(export: Path) -> None:
    for name in EVIDENCE.values():
        path = export / ATTACHMENTS / name.hex()
        whole = path.read_bytes()
        for at, flipped in flips(whole):
            path.write_bytes(flipped)
            assert read_book(export).attachments == dict.fromkeys(EVIDENCE.values(), True) | {
                name: False
            }, at
        assert reported(export)
        path.write_bytes(whole)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
def test_flips_are_reported_by_the_audit_of_the_folder_as_a_whole(export: Path, name: str) -> None:
    path = export / name
    for at, flipped in flips_for_the_disk(path.read_bytes()):
        path.write_bytes(flipped)
        assert reported(export), at


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [*SEQUENCES, KEYS_FILE])
def test_flips_are_reported_even_with_a_manifest_made_to_fit(export: Path, name: str) -> None:
    path = export / name
    for at, flipped in flips_for_the_disk(path.read_bytes()):
        path.write_bytes(flipped)
        counts = {file: sum(1 for _ in read_sequence(export / file)) for file in SEQUENCES}
        write_manifest(export, counts | {ATTACHMENTS: len(EVIDENCE)})
        assert reported(export), at


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_reported(export: Path, name: str) -> None:
    (export / name).unlink()
    assert reported(export)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"", b"\0", b"{}", b"\xa0", bytes(range(256))])
def test_a_file_of_something_else_is_reported(export: Path, name: str, content: bytes) -> None:
    (export / name).write_bytes(content)
    assert reported(export)


def test_missing_attachments_are_reported(export: Path) -> None:
    shutil.rmtree(export / ATTACHMENTS)
    codes = {found.code for found in verify_path(export).breaks}
    assert codes == {"B_ATTACHMENT", "B_MANIFEST"}


def test_another_root_than_that_of_the_book_is_refused(export: Path, tmp_path: Path) -> None:
    file = tmp_path / "root.pub"
    file.write_text(STRANGER.public.cose_key.hex())
    assert refused(lambda: verify_path(export, file)) == "E_KID"
    file.write_bytes(ROOT.public.cose_key)
    assert "--root" not in verify_path(export, file).coverage.en


@given(st.lists(st.sampled_from(BOOK.messages + BOOK.orders) | st.binary(min_size=1, max_size=30)))
def test_a_sequence_loses_no_byte_whatever_it_holds(parts: list[bytes]) -> None:
    assert b"".join(items_of(b"".join(parts))) == b"".join(parts)


def test_messages_come_back_one_by_one_after_any_noise() -> None:
    assert list(items_of(b"".join(BOOK.messages))) == BOOK.messages
    noisy = list(items_of(b"noise" + BOOK.messages[0] + b"\xd2\x84\xff" + BOOK.messages[1]))
    assert noisy == [b"noise", BOOK.messages[0], b"\xd2\x84\xff", BOOK.messages[1]]


FACTS: dict[str, Callable[[], dict[str, object]]] = {
    "bytes": lambda: {"root": ROOT.public.cose_key, "weighbridge": b"WB-07", "epoch": b"1"},
    "text beside bytes": lambda: {"root": ROOT.public.cose_key, "weighbridge": "磅-07", "epoch": 1},
}


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
def test_a_database_reads_like_its_export(
    facts: Callable[[], dict[str, object]], tmp_path: Path
) -> None:
    book = read_book(BOOK.database(tmp_path / "book.db", facts()))
    assert list(book.messages) == BOOK.messages
    assert (book.orders, book.receipts) == (tuple(BOOK.orders), tuple(BOOK.receipts))
    assert book.root == ROOT.public.cose_key
    assert ring_of(book, None).keyset == RING.keyset


@pytest.mark.parametrize("column", ["cast(name as blob)", "name"])
def test_a_fact_is_found_whether_its_name_is_text_or_bytes(column: str, tmp_path: Path) -> None:
    path = BOOK.database(tmp_path / "book.db")
    with sqlite3.connect(path) as database:
        database.execute(f"update facts set name = {column}")
    database.close()
    assert read_book(path).root == ROOT.public.cose_key


def test_messages_kept_as_text_are_read_as_the_bytes_they_are(tmp_path: Path) -> None:
    path = BOOK.database(tmp_path / "book.db")
    with sqlite3.connect(path) as database:
        database.execute("update records set message = cast(message as text)")
    database.close()
    assert list(read_book(path).messages) == BOOK.messages


@pytest.mark.parametrize("value", ["null", "7", "'text'", "zeroblob(300)"])
def test_a_database_with_something_else_for_a_message_is_audited(
    value: str, tmp_path: Path
) -> None:
    path = BOOK.database(tmp_path / "book.db")
    with sqlite3.connect(path) as database:
        database.execute(f"update records set message = {value} where seq = 5")
    database.close()
    verdict = verify_path(path)
    assert (verdict.ok, verdict.records, verdict.proven_seq) == (False, len(BOOK.messages), 0)
    assert {found.seq for found in verdict.breaks} >= {5, 6}


def test_an_export_written_from_a_database_is_the_same(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    for content, name in EVIDENCE.items():
        place = evidence / name.hex()[:2] / name.hex()
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    write_export(BOOK.database(tmp_path / "book.db"), evidence, tmp_path / "written")
    expected = BOOK.export(tmp_path / "expected")
    for file in expected.rglob("*"):
        if file.is_file():
            assert (tmp_path / "written" / file.relative_to(expected)).read_bytes() == (
                file.read_bytes()
            )


def test_an_export_never_goes_into_a_folder_with_something_in_it(tmp_path: Path) -> None:
    path = BOOK.database(tmp_path / "book.db")
    assert refused(lambda: write_export(path, tmp_path, tmp_path)) == "E_UNREADABLE"


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"noise" * 1000])
def test_a_file_that_is_no_book_is_unreadable(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    path.write_bytes(content)
    assert refused(lambda: read_book(path)) == "E_UNREADABLE"
    assert refused(lambda: read_book(tmp_path / "nothing")) == "E_UNREADABLE"


def test_a_damaged_page_of_a_database_is_reported_or_holds_nothing_of_the_book(
    tmp_path: Path,
) -> None:
    path = BOOK.database(tmp_path / "book.db")
    whole, verdict = path.read_bytes(), judged(path)
    unharmed = 0
    for at in range(0, len(whole), PAGE_BYTES):
        path.write_bytes(whole[:at] + b"\xa5" * PAGE_BYTES + whole[at + PAGE_BYTES :])
        if not reported(path):
            assert judged(path) == verdict
            unharmed += 1
    # The index over the names of the facts is the only page that an auditor does not need.
    assert unharmed <= 1
