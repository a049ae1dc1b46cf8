"""A weighbridge changes its key and keeps its book: bureau, deck and auditor all follow."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector import rekeying
from collector.enrolment import enrol, read_request
from collector.records_store import RecordsStore
from edge_agent.acts import KeepKeySet, Write
from edge_agent.book import Book, Context
from edge_agent.cli import program
from edge_agent.clockwork import boot_id, now
from edge_agent.enrolment import accept_bundle, make_request
from edge_agent.rekeying import ask_rekeying, finish_switch, switch_key
from tests.collector.sites import Bureau, make_bureau
from tests.edge_agent.places import Place, configure
from tests.site.deck_by_hand import register
from weighbook.keys import SigningKey
from weighbook.phrase import Refusal
from weighbook.records import Control, KeyChange, Kind
from weighbook.verdict import verify_path

PLACE = "WB-01"


@dataclass
class Pair:
    """A deck on disk and its bureau."""

    bureau: Bureau
    place: Place
    folder: Path

    def book(self) -> Book:
        return Book(self.place.site.book, SigningKey.load(self.place.site.key), boot_id())

    def write(self, count: int = 2) -> None:
        with closing(self.book()) as book:
            for _ in range(count):
                book.append(Write(Kind.CONTROL, Control(bytes(8)), now()), Context(1, None, 0))

    def send(self) -> list[str]:
        """All of the book goes to the collector; the codes of what it refuses."""
        with closing(self.book()) as book:
            payload = b"".join(line.message for line in book.lines())
        taken = RecordsStore(self.bureau.home).take(PLACE, payload)
        return [refused.code for refused in taken.refused]

    def hear(self) -> None:
        """The bureau's newest key set comes to the deck."""
        home = self.bureau.home
        row = home.db.execute("SELECT * FROM keysets ORDER BY version DESC LIMIT 1").fetchone()
        with closing(self.book()) as book:
            book.keep(KeepKeySet(row["version"], row["message"]))

    def rekey(self) -> None:
        path = self.folder / "next.request"
        path.write_bytes(ask_rekeying(self.place.config))
        rekeying.rekey(self.bureau.home, read_request(path), "officer-1")

    def verify(self) -> set[str]:
        return {each.code for each in verify_path(self.place.site.book, None).breaks}


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    bureau, place = make_bureau(tmp_path), configure(tmp_path / "deck")
    bureau.wall.now_ms = now().wall_ms
    register(bureau, PLACE)
    bureau.wall.now_ms += 1
    path = tmp_path / "request"
    path.write_bytes(make_request(place.config))
    accept_bundle(place.config, enrol(bureau.home, read_request(path), "officer-1"))
    made = Pair(bureau, place, tmp_path)
    made.write()
    return made


def switched(pair: Pair) -> Pair:
    pair.rekey()
    pair.hear()
    switch_key(pair.place.config)
    pair.write()
    return pair


def test_the_book_goes_on_under_the_new_key(pair: Pair) -> None:
    before = SigningKey.load(pair.place.site.key).public
    switched(pair)
    after = SigningKey.load(pair.place.site.key).public
    with closing(pair.book()) as book:
        lines = list(book.lines())
    assert after != before
    assert [type(line.record.body) for line in lines[3:4]] == [KeyChange]
    assert [line.record.seq for line in lines] == [1, 2, 3, 4, 5, 6]
    assert not pair.place.site.next_key.exists()


def test_the_collector_takes_both_sides_of_the_change(pair: Pair) -> None:
    switched(pair)
    assert pair.send() == []
    pair.bureau.wall.now_ms += 5_000
    assert rekeying.retire_key(pair.bureau.home, PLACE, "officer-1")
    pair.write()
    assert pair.send() == []


def test_after_the_change_the_old_key_counts_no_longer(pair: Pair) -> None:
    old = SigningKey.load(pair.place.site.key)
    switched(pair).send()
    rekeying.retire_key(pair.bureau.home, PLACE, "officer-1")
    later = now()._replace(wall_ms=now().wall_ms + 10_000)
    with closing(Book(pair.place.site.book, old, boot_id())) as book:
        book.append(Write(Kind.CONTROL, Control(bytes(8)), later), Context(1, None, 0))
    assert pair.send() == ["E_KEY_TIME"]
    assert "B_KEY" in pair.verify()


def test_an_auditor_finds_a_changed_book_whole(pair: Pair) -> None:
    whole = pair.verify()
    assert switched(pair).verify() == whole


def test_no_key_is_changed_before_the_bureau_has_enrolled_it(pair: Pair) -> None:
    ask_rekeying(pair.place.config)
    with pytest.raises(Refusal, match="E_KEY_WAITS"):
        switch_key(pair.place.config)
    assert len(list(pair.book().lines())) == 3


def test_asking_again_asks_for_the_same_key(pair: Pair) -> None:
    assert ask_rekeying(pair.place.config) == ask_rekeying(pair.place.config)


def test_a_switch_that_was_cut_short_is_finished_at_the_next_start(pair: Pair) -> None:
    pair.rekey()
    pair.hear()
    fresh = SigningKey.load(pair.place.site.next_key).public
    with closing(pair.book()) as book:
        book.append(Write(Kind.KEY, KeyChange(fresh.cose_key), now()), Context(1, None, 0))
    finish_switch(pair.place.site)
    assert SigningKey.load(pair.place.site.key).public == fresh
    finish_switch(pair.place.site)
    assert len(list(pair.place.site.folder.glob("key-*.pem"))) == 1


def test_one_change_after_the_other(pair: Pair) -> None:
    pair.rekey()
    pair.place.site.next_key.unlink()
    with pytest.raises(Refusal, match="E_TWO_KEYS"):
        pair.rekey()
    with pytest.raises(Refusal, match="E_KEY_WAITS"):
        rekeying.retire_key(pair.bureau.home, PLACE, "officer-1")


def test_a_key_that_is_known_is_no_next_key(pair: Pair) -> None:
    path = pair.folder / "again"
    path.write_bytes(make_request(pair.place.config))
    with pytest.raises(Refusal, match="E_KEY_KNOWN"):
        rekeying.rekey(pair.bureau.home, read_request(path), "officer-1")


def test_the_commands_say_what_to_do_next(pair: Pair) -> None:
    config = ("--config", str(pair.place.config_file))
    asked = CliRunner().invoke(
        program, ["enrol", "next-key", *config, "--to", str(pair.folder / "n")]
    )
    assert asked.exit_code == 0, asked.output
    waits = CliRunner().invoke(program, ["enrol", "switch", *config])
    assert waits.exit_code == 2
