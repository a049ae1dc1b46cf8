"""A batch comes into stock by its own list and by no other."""

import pytest

from collector.ticket_batches import Batch, generate, stock_in, take_in
from collector.ticket_entries import move
from tests.collector.ledgers import empty_ledger, stamp, state_of
from weighbook.phrase import Refusal

BATCH = Batch("COAL", "150624", 26, 7)


def test_what_was_made_waits_until_its_list_comes_back() -> None:
    db = empty_ledger()
    listed = generate(db, BATCH, 3, stamp())
    (first, *_) = listed.decode().splitlines()[1:]
    assert state_of(db, first) == "GENERATED"
    assert len(take_in(db, listed, stamp())) == 3
    assert state_of(db, first) == "STOCKED"


@pytest.mark.parametrize(
    "bend",
    [
        lambda listed: listed[:-21],
        lambda listed: listed + listed[-21:],
        lambda listed: listed.replace(b"000001", b"000009"),
        lambda listed: listed.replace(b"0007", b"0008"),
        lambda listed: listed.replace(b"\n", b"\r\n"),
        lambda listed: listed[:0],
        lambda listed: b"\xff" * len(listed),
    ],
)
def test_another_list_brings_nothing_into_stock(bend: object) -> None:
    db = empty_ledger()
    listed = generate(db, BATCH, 3, stamp())
    stock_in(db, BATCH._replace(batch=8), 3, stamp())
    assert callable(bend)
    with pytest.raises(Refusal, match="E_BATCH_HASH"):
        take_in(db, bend(listed), stamp())
    assert state_of(db, listed.decode().splitlines()[1]) == "GENERATED"


def test_spoilt_paper_is_destroyed_and_the_rest_comes_in() -> None:
    db = empty_ledger()
    listed = generate(db, BATCH, 3, stamp())
    spoilt = listed.decode().splitlines()[2]
    move(db, [spoilt], "destroy", stamp())
    assert len(take_in(db, listed, stamp())) == 2
    assert state_of(db, spoilt) == "DESTROYED"


def test_a_list_brings_its_batch_in_once() -> None:
    db = empty_ledger()
    listed = generate(db, BATCH, 3, stamp())
    take_in(db, listed, stamp())
    with pytest.raises(Refusal, match="E_STATE"):
        take_in(db, listed, stamp())


def test_one_officer_alone_neither_makes_nor_takes_in() -> None:
    db = empty_ledger()
    alone = stamp()._replace(by2=None)
    with pytest.raises(Refusal, match="E_TWO_SIGNERS"):
        generate(db, BATCH, 3, alone)
    listed = generate(db, BATCH, 3, stamp())
    with pytest.raises(Refusal, match="E_TWO_SIGNERS"):
        take_in(db, listed, alone)
