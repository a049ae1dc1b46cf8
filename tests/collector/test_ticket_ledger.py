"""The ticket ledger: whatever is done in whatever order, every account closes at zero residual."""

import sqlite3

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from collector.ticket_balance import accounts, residuals, use_identity
from collector.ticket_entries import OF_DECKS, move
from collector.ticket_ledger import Batch, allocate, expire, issue, pick, stock_in
from collector.ticket_states import MOVES, State, find
from tests.collector.ledgers import (
    DAY_MS,
    ENTERPRISE,
    KEY,
    PLACE,
    START_MS,
    allocated,
    empty_ledger,
    grant,
    post,
    stamp,
    state_of,
    weighed,
)
from weighbook.phrase import Refusal
from weighbook.records import Kind

FIRST_DAY, LAST_DAY = "2026-01-01", "2027-12-31"
NAMED_MOVES = sorted(set(MOVES) - {"generate", "issue", "allocate"})


def assert_balanced(db: sqlite3.Connection) -> None:
    assert residuals(db) == {}
    assert use_identity(db)["residual"] == 0
    for day in ("2026-09-22", "2026-09-24", LAST_DAY):
        for account in accounts(db, FIRST_DAY, day):
            assert account.residual == 0, account
            assert min(account.opening, account.closing) >= 0, account


class Ledger(RuleBasedStateMachine):
    """Bureau, enterprises, decks and the clock, all at once and in no order."""

    @initialize()
    def begin(self) -> None:
        self.db = empty_ledger()
        self.now_ms = START_MS
        self.seq = 0
        self.batches = 1
        self.numbers = list(allocated(self.db, 4))

    def teardown(self) -> None:
        self.db.close()

    @rule(count=st.integers(1, 4), family=st.sampled_from(["COAL", "NONCOAL"]))
    def stock_in(self, count: int, family: str) -> None:
        self.batches += 1
        batch = Batch(family, "150624", 26, self.batches)
        self.numbers += stock_in(self.db, batch, count, stamp(self.now_ms))

    @rule(count=st.integers(1, 4), enterprise=st.sampled_from([ENTERPRISE, "E02"]))
    def issue(self, count: int, enterprise: str) -> None:
        try:
            numbers = pick(self.db, State.STOCKED, "COAL", None, count)
        except Refusal as refusal:
            if refusal.code != "E_SHORT":
                raise
            return
        issue(self.db, numbers, enterprise, stamp(self.now_ms))

    @rule(count=st.integers(1, 3), place=st.sampled_from([PLACE, "W02"]))
    def allocate(self, count: int, place: str) -> None:
        try:
            numbers = pick(self.db, State.ISSUED, "COAL", ENTERPRISE, count)
        except Refusal as refusal:
            if refusal.code != "E_SHORT":
                raise
            return
        allocate(self.db, numbers, grant(self.now_ms, place), KEY, stamp(self.now_ms))

    @rule(data=st.data())
    def make_a_lawful_move(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.numbers[:6]))
        row = self.db.execute("SELECT weighbridge FROM tickets WHERE ticket_no = ?", (number,))
        moves = NAMED_MOVES if row.fetchone()[0] else sorted(set(NAMED_MOVES) - OF_DECKS)
        lawful = [m for m in moves if find(m, State(state_of(self.db, number)))]
        if lawful:
            move(self.db, [number], data.draw(st.sampled_from(lawful)), stamp(self.now_ms))

    @rule(name=st.sampled_from(NAMED_MOVES), data=st.data())
    def try_any_move(self, name: str, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.numbers), max_size=3, unique=True))
        try:
            move(self.db, chosen, name, stamp(self.now_ms))
        except Refusal as refusal:
            if refusal.code not in {"E_STATE", "E_USED", "E_FROZEN", "E_COUNT"}:
                raise

    @rule(kind=st.sampled_from([Kind.TARE, Kind.SALE]), late_ms=st.sampled_from([0, 90_000_000]),
          place=st.sampled_from([PLACE, "W02"]), again=st.booleans(), data=st.data())  # fmt: skip
    def weigh(self, kind: Kind, late_ms: int, place: str, again: bool, data: st.DataObject) -> None:
        self.seq += 1
        number = data.draw(st.sampled_from(self.numbers[:6]))
        record = weighed(self.db, number, kind, self.now_ms - late_ms, self.seq, place)
        post(self.db, record)
        if again:
            before = self.db.total_changes
            assert post(self.db, record) == ()
            assert self.db.total_changes == before

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now_ms += hours * 3_600_000
        expire(self.db, self.now_ms)

    @invariant()
    def balanced(self) -> None:
        assert_balanced(self.db)

    @invariant()
    def every_number_stands_in_one_state(self) -> None:
        total = self.db.execute("SELECT sum(count) FROM ticket_balances").fetchone()[0] or 0
        assert total == len(self.numbers)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)


def test_ten_thousand_tickets_go_all_the_way_and_balance() -> None:
    db = empty_ledger()
    numbers = allocated(db, 10_000)
    move(db, numbers[:2_000], "void", stamp())
    move(db, numbers[2_000:3_000], "return", stamp())
    for seq, number in enumerate(numbers[3_000:3_500]):
        post(db, weighed(db, number, Kind.SALE, START_MS + seq, seq + 1))
    assert_balanced(db)
    assert use_identity(db)["used"] == 500


def test_an_operation_with_one_bad_ticket_moves_none() -> None:
    db = empty_ledger()
    numbers = allocated(db, 3)
    post(db, weighed(db, numbers[2], Kind.SALE, START_MS, 1))
    with pytest.raises(Refusal) as refused:
        move(db, numbers, "void", stamp())
    assert refused.value.code == "E_USED"
    assert [state_of(db, number) for number in numbers] == ["ALLOCATED", "ALLOCATED", "USED"]


def test_a_ticket_no_deck_ever_had_is_not_given_back_to_one() -> None:
    db = empty_ledger()
    (number,) = stock_in(db, Batch("COAL", "150624", 26, 1), 1, stamp())
    issue(db, [number], ENTERPRISE, stamp())
    move(db, [number], "void", stamp())
    with pytest.raises(Refusal, match="E_STATE"):
        move(db, [number], "reverse", stamp())


def test_one_officer_alone_stocks_nothing_in() -> None:
    alone = stamp()._replace(by2="officer-1")
    with pytest.raises(Refusal) as refused:
        stock_in(empty_ledger(), Batch("COAL", "150624", 26, 1), 5, alone)
    assert refused.value.code == "E_TWO_SIGNERS"


def test_a_batch_is_stocked_in_once() -> None:
    db = empty_ledger()
    stock_in(db, Batch("COAL", "150624", 26, 1), 5, stamp())
    with pytest.raises(Refusal) as refused:
        stock_in(db, Batch("COAL", "150624", 26, 1), 5, stamp())
    assert refused.value.code == "E_RANGE_OVERLAP"


def test_more_than_there_is_cannot_be_issued() -> None:
    db = empty_ledger()
    stock_in(db, Batch("COAL", "150624", 26, 1), 5, stamp())
    with pytest.raises(Refusal) as refused:
        pick(db, State.STOCKED, "COAL", None, 6)
    assert refused.value.code == "E_SHORT"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM ticket_entries",
        "UPDATE ticket_entries SET move = 'void'",
        "INSERT OR REPLACE INTO ticket_entries SELECT * FROM ticket_entries WHERE entry_id = 1",
        (
            "INSERT INTO ticket_entries SELECT NULL, at_ms, day, family, ticket_no, 'use',"
            " 'RESERVED', 'USED', holder_from, holder_to, by1, by2, source"
            " FROM ticket_entries WHERE entry_id = 1"
        ),
        "UPDATE ticket_balances SET count = count - 99",
    ],
)
def test_the_database_itself_refuses_to_bend_the_ledger(sql: str) -> None:
    db = empty_ledger()
    allocated(db, 1)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(sql)
    assert_balanced(db)


def test_a_record_posted_twice_counts_once() -> None:
    db = empty_ledger()
    number = allocated(db, 1)[0]
    sale = weighed(db, number, Kind.SALE, START_MS, 1)
    assert (post(db, sale), post(db, sale)) == ((), ())
    assert use_identity(db)["used"] == 1


def test_a_second_sale_on_a_ticket_leaves_an_alert_once() -> None:
    db = empty_ledger()
    number = allocated(db, 1)[0]
    post(db, weighed(db, number, Kind.SALE, START_MS, 1))
    again = weighed(db, number, Kind.SALE, START_MS + 9, 2)
    assert [note.code for note in (*post(db, again), *post(db, again))] == ["F-T01"]
    assert db.execute("SELECT count(*) FROM alerts").fetchone()[0] == 1


def test_a_sale_made_before_the_ticket_was_voided_counts_and_is_noted() -> None:
    db = empty_ledger()
    number = allocated(db, 1)[0]
    move(db, [number], "void", stamp(START_MS + DAY_MS))
    notes = post(db, weighed(db, number, Kind.SALE, START_MS + 5, 1))
    assert (state_of(db, number), notes[0].code) == ("USED", "F-T10")
    assert_balanced(db)


def test_a_thawed_ticket_goes_back_to_what_it_was() -> None:
    db = empty_ledger()
    placed = allocated(db, 1)[0]
    free = stock_in(db, Batch("COAL", "150624", 26, 2), 1, stamp())[0]
    issue(db, [free], ENTERPRISE, stamp())
    move(db, [placed, free], "freeze", stamp())
    move(db, [placed, free], "thaw", stamp())
    assert (state_of(db, placed), state_of(db, free)) == ("ALLOCATED", "ISSUED")
