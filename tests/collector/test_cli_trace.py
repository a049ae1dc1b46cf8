"""`collector trace`: a ticket, a plate, a slip; every signature opened again, nothing believed."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from collector.pictures import PictureStore
from tests.collector.commands import Desk
from tests.collector.exports import desk_of
from tests.collector.month_samples import LOAD, PASSAGE, Month, honest_month
from weighbook.envelope import digest, payload_of
from weighbook.keys import SigningKey
from weighbook.orders import Action, Suspend
from weighbook.records import CauseChange, Kind, parse_record
from weighbook.slips import HEAD_BYTES, Slip, sign_slip, slip_text
from weighbook.tickets import ticket_text

EVIL = "\x1b]0;x\x07[red]"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    month = honest_month(tmp_path_factory.mktemp("month"))
    month.order(Action.SUSPEND, Suspend("欠费"), month.one.now_ms)
    month.one.write(Kind.PASSAGE, replace(PASSAGE, plate="蒙K99999", operator=EVIL))
    fail(month)
    return month


def fail(month: Month) -> None:
    """A camera falls silent and comes back; a load passes meanwhile; its evidence comes later."""
    book, since_ms = month.one, month.one.now_ms
    kept = PictureStore(month.home.path / "pictures")
    assert kept.keep(sha256(b"film").hexdigest(), b"film")
    pieces = (
        ("good", since_ms, bytes(32), 99_000),
        ("film", since_ms, sha256(b"film").digest(), 4),
    )
    missing = (("bad", "no picture came"),)
    lost = CauseChange("CAMERA_LOST", "deck", "raised", since_ms, "age 2.600 s", "2.500 s")
    other = replace(lost, subject="road")
    book.write(Kind.CAUSE, other)
    book.write(Kind.CAUSE, replace(other, change="cleared"))
    book.write(Kind.CAUSE, lost)
    book.write(Kind.PASSAGE, replace(PASSAGE, plate="蒙K77777", halted=True))
    book.write(Kind.CAUSE, replace(lost, change="cleared"))
    found = replace(lost, change="evidence", measured="2 files", evidence=pieces)
    book.write(Kind.CAUSE, replace(found, missing=missing))
    book.write(Kind.CAUSE, replace(other, change="evidence", evidence=pieces))


@pytest.fixture(scope="module")
def desk(month: Month) -> Desk:
    return desk_of(month.home.path.parent)


def sold(month: Month) -> tuple[str, int, bytes]:
    """The first ticket sold on W1, and the record of its sale: number and message."""
    db = month.home.db
    row = db.execute(
        "SELECT ticket_no, used_seq FROM tickets WHERE weighbridge = 'W1' AND state = 'USED'"
        " ORDER BY ticket_no"
    ).fetchone()
    place = ("W1", row["used_seq"])
    found = db.execute("SELECT message FROM records WHERE weighbridge = ? AND seq = ?", place)
    return row["ticket_no"], row["used_seq"], bytes(found.fetchone()["message"])


def slip(month: Month, key: SigningKey | None = None, **changes: object) -> str:
    """The text of the slip of that sale, as its deck prints it."""
    number, seq, message = sold(month)
    record = parse_record(payload_of(message))
    plain = Slip(
        weighbridge="W1",
        epoch=1,
        seq=seq,
        head=digest(message)[:HEAD_BYTES],
        totals=record.totals,
        at_ms=record.at_ms,
        plate=str(LOAD.plate),
        product="RAW",
        net_kg=33_380,
        ticket_no=number,
        check=bytes(8),
    )
    return slip_text(sign_slip(replace(plain, **changes), key or month.one.key))  # type: ignore[arg-type]  # a table of changes


def events(desk: Desk, subject: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in desk.run("trace", subject, "--json").stdout.splitlines()]


def test_a_tickets_life_is_told_from_its_first_day_to_its_sale(desk: Desk, month: Month) -> None:
    number, _, _ = sold(month)
    told = [str(event["what"]) for event in events(desk, number)]
    moves = ("generate", "stock-in", "issue", "allocate", "reserve", "use")
    assert [what for what in told if what.startswith("ledger")] == [f"ledger {m}" for m in moves]
    assert {"ticket signed", "tare", "sale"} <= set(told)


def test_a_load_that_passed_while_halted_is_told_with_the_fault_and_its_evidence(
    desk: Desk,
) -> None:
    told = {str(event["what"]): event for event in events(desk, "蒙K77777")}
    assert {"cause", "passage", "evidence"} <= set(told)
    assert {event["signed"] for event in told.values()} == {"verified"}
    facts = told["evidence"]["facts"]
    assert isinstance(facts, dict)
    assert [(piece["kind"], piece["here"]) for piece in facts["evidence"]] == [
        ("good", False),
        ("film", True),
    ]
    assert facts["missing"] == [{"kind": "bad", "why": "no picture came"}]
    assert facts["device"] == "deck"


def test_people_read_which_evidence_there_is_and_what_is_missing(desk: Desk) -> None:
    told = " ".join(desk.run("trace", "蒙K77777").stdout.split())
    assert "停销原因 cause" in told
    assert "故障证据 evidence of a fault" in told
    assert "故障前录像 film before it 97 KiB,已到 here 1/2" in told
    assert "最初的异常画面 first bad picture (no picture came)" in told


def test_people_read_words_and_tonnes(desk: Desk, month: Month) -> None:
    number, _, _ = sold(month)
    text = desk.told("trace", number.lower())
    words = ("入库", "stocked in", "✓ 签名有效 verified", "净重 net 33.380 t", "蒙K12345")
    assert [word for word in words if word not in text] == []
    assert "{" not in text
    assert max(map(len, text.split())) < 40


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(desk: Desk, month: Month, width: int) -> None:
    text = desk.told("trace", sold(month)[0], width=width)
    assert max(map(len, text.splitlines())) <= width


def test_programs_get_every_digit(desk: Desk, month: Month) -> None:
    number, seq, message = sold(month)
    sale = next(event for event in events(desk, number) if event["what"] == "sale")
    facts = sale["facts"]
    assert isinstance(facts, dict)
    assert (facts["seq"], facts["digest"], facts["net_kg"]) == (
        seq,
        digest(message).hex(),
        33_380,
    )
    assert facts["pictures"] == [{"camera": "deck", "sha256": "00" * 32, "here": False}]


def test_a_plate_is_found_however_it_is_written(desk: Desk) -> None:
    assert events(desk, "蒙K12345") == events(desk, "蒙k·123 45") != []


def test_what_a_stranger_wrote_does_not_drive_the_terminal(desk: Desk) -> None:
    text = desk.told("trace", "蒙K99999")
    assert "\x1b" not in text
    assert "[red]" in text


def test_a_scanned_ticket_is_traced_by_its_number(desk: Desk, month: Month) -> None:
    number, _, _ = sold(month)
    row = month.home.db.execute("SELECT message FROM tickets WHERE ticket_no = ?", (number,))
    assert events(desk, ticket_text(row.fetchone()["message"])) == events(desk, number)


def test_a_slip_is_laid_beside_the_record_it_was_printed_for(desk: Desk, month: Month) -> None:
    found = events(desk, slip(month))
    assert [event["signed"] for event in found if event["what"] == "slip"] == ["verified"]
    assert "sale" in [event["what"] for event in found]
    assert desk.run("trace", slip(month)).exit_code == 0


def test_a_slip_that_says_something_else_is_found(desk: Desk, month: Month) -> None:
    result = desk.run("trace", slip(month, net_kg=20_000))
    assert result.exit_code == 1
    assert "✗ E_SLIP_CONTENT" in result.stdout


def test_a_forged_slip_is_told(desk: Desk, month: Month) -> None:
    (event,) = events(desk, slip(month, SigningKey.generate()))
    assert (event["what"], event["signed"], event["at"]) == ("slip", "E_KID", None)


def test_a_record_altered_in_the_database_is_told(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    number, seq, _ = sold(month)
    db = month.home.db
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    row = db.execute("SELECT message FROM records WHERE weighbridge='W1' AND seq=?", (seq,))
    message = bytearray(row.fetchone()["message"])
    message[-1] ^= 1
    change = "UPDATE records SET message = ? WHERE weighbridge = 'W1' AND seq = ?"
    db.execute(change, (bytes(message), seq))
    result = desk_of(tmp_path).run("trace", number)
    assert result.exit_code == 1
    assert "✗ E_SIG" in result.stdout


@pytest.mark.parametrize("subject", ["1150624260001999999X", "蒙A00000", "W1", "", "WX1:000"])
def test_what_nobody_knows_is_refused(desk: Desk, subject: str) -> None:
    assert desk.refusal("trace", subject) == "E_UNKNOWN"


@pytest.mark.parametrize("text", ["WT1:", "WT1:ABC", "WT1:" + "0" * 5_000, "WT1:6BFOXN"])
def test_a_scanned_text_that_is_no_ticket_is_refused(desk: Desk, text: str) -> None:
    assert desk.refusal("trace", text) in ("E_ENVELOPE", "E_OVERSIZE", "E_CBOR", "E_BASE45")
