"""One stay: which steps follow which, and what a code or plate changes."""

import pytest

from edge_agent.events import Moment
from edge_agent.facts import Objection
from edge_agent.passage import (
    MAX_ATTEMPTS,
    PROGRESS,
    Passage,
    Progress,
    Shot,
    Shown,
    Sighted,
    advance,
    show_ticket,
    sight,
    take_pictures,
)
from tests.edge_agent.story import ticket

GOOD = Shown(ticket(), None, b"good")
OTHER = Shown(ticket(2), None, b"other")
BAD = Shown(None, Objection("E_SIG"), b"bad")
FRESH = Passage(1, Moment(0, 0))


def refused(shown: Shown, attempts: int = 1) -> Passage:
    return Passage(1, Moment(0, 0), Progress.REFUSED, shown=shown, attempts=attempts)


@pytest.mark.parametrize("done", [Progress.TARED, Progress.SOLD])
def test_what_is_accepted_can_only_leave(done: Progress) -> None:
    assert set(PROGRESS[done]) == {"leave"}


def test_nothing_follows_a_load_that_is_gone() -> None:
    assert not PROGRESS[Progress.GONE]


def test_a_load_is_sold_at_most_once() -> None:
    sold = advance(FRESH, "sell")
    with pytest.raises(KeyError):
        advance(sold, "sell")


def test_the_first_ticket_counts_and_a_second_is_noted() -> None:
    both = show_ticket(show_ticket(FRESH, GOOD), OTHER)
    assert (both.shown, both.second_ticket) == (GOOD, True)


def test_a_bad_code_gives_way_to_a_ticket() -> None:
    assert show_ticket(show_ticket(FRESH, BAD), GOOD).shown == GOOD


def test_a_bad_code_does_not_displace_a_ticket() -> None:
    shown = show_ticket(show_ticket(FRESH, GOOD), BAD)
    assert (shown.shown, shown.second_ticket) == (GOOD, False)


def test_a_new_ticket_gives_a_refused_load_another_try() -> None:
    assert show_ticket(refused(BAD), GOOD).progress is Progress.WAITING


def test_the_same_ticket_gives_no_other_try() -> None:
    assert show_ticket(refused(GOOD), GOOD).progress is Progress.REFUSED


def test_tries_end() -> None:
    tired = show_ticket(refused(BAD, MAX_ATTEMPTS), GOOD)
    assert tired.progress is Progress.REFUSED
    assert tired.is_tried_out


def test_a_new_plate_gives_a_refused_load_another_try() -> None:
    assert sight(refused(GOOD), Sighted("蒙K12345", "card")).progress is Progress.WAITING


def test_the_same_plate_gives_no_other_try() -> None:
    seen = Passage(
        1, Moment(0, 0), Progress.REFUSED, shown=GOOD, sighted=Sighted("蒙K12345", "card")
    )
    assert sight(seen, Sighted("蒙K12345", "operator")) is seen


def test_pictures_go_where_they_were_asked_for() -> None:
    asked = Passage(1, Moment(0, 0), early=Shot(2, 0), shot=Shot(3, 0))
    early = take_pictures(asked, 2, (("deck", b"early"),))
    both = take_pictures(early, 3, (("deck", b"late"),))
    assert early.pictures == (("deck", b"early"),)
    assert both.pictures == (("deck", b"late"),)


def test_pictures_for_another_stay_change_nothing() -> None:
    asked = Passage(1, Moment(0, 0), shot=Shot(3, 0))
    assert take_pictures(asked, 9, (("deck", b"x"),)) is asked
