"""Orders by hand and by telephone at the screen: handed to the running agent, and what it says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge_agent.acts import Tell
from edge_agent.cli import program
from edge_agent.events import Event, OrderArrived
from edge_agent.evidence import write_whole
from edge_agent.mailbox import watch_folder
from edge_agent.status import STATUS_FILE, Around, encode_status, status_of
from tests.edge_agent.places import Place, configure
from tests.edge_agent.story import Story, opened
from weighbook.orders import Action, Suspend, order_text
from weighbook.phone import Call, in_groups, read_challenge, respond, step_of

SECRET = bytes(range(32))
LOOK_S = 0.01


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = configure(tmp_path)
    place.site.folder.mkdir()
    return place


@contextmanager
def running(place: Place, story: Story) -> Iterator[None]:
    """The story's agent: it reads its inbox and writes its status, as the daemon does."""
    stop = threading.Event()

    def take(event: Event) -> bool:
        before = len(story.acts)
        story.play(event)
        told = [act for act in story.acts[before:] if isinstance(act, Tell)]
        messages.extend((time.time_ns() // 1_000_000, each) for each in told)
        show()
        return True

    def show() -> None:
        status = status_of(story.lane, bytes(32), Around(True, None, tuple(messages), None, 1))
        now = {"at_ms": time.time_ns() // 1_000_000}
        write_whole(place.site.folder / STATUS_FILE, encode_status({**status, **now}))

    messages: list[tuple[int, Tell]] = []
    show()
    inbox = place.site.inbox
    thread = threading.Thread(target=watch_folder, args=(inbox, take, stop, LOOK_S))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5.0)


def run(place: Place, *words: object) -> Result:
    return CliRunner().invoke(
        program, [*map(str, words), "--config", str(place.config_file)], catch_exceptions=False
    )


def halted() -> Story:
    return opened(phone=SECRET).lose("deck")


PERMIT = ("challenge", "permit", "--cause", "CAMERA_LOST", "--hours", 8)
LIMITS = ("--max-trucks", 20, "--max-t", 600)


def test_an_order_on_a_stick_is_applied(place: Place, tmp_path: Path) -> None:
    story, stick = opened(), tmp_path / "stick.order"
    stick.write_bytes(story.signed(Action.SUSPEND, Suspend("unpaid fees"), expires_ms=None))
    with running(place, story):
        result = run(place, "order", "apply", stick)
    assert result.exit_code == 0, result.output
    assert "Order 2 SUSPEND is dealt with" in result.output
    assert set(story.lane.ledger.suspensions) == {2}


def test_an_order_that_came_too_late_is_not_called_applied(place: Place, tmp_path: Path) -> None:
    story, stick = opened(), tmp_path / "stick.order"
    stick.write_bytes(story.signed(Action.SUSPEND, Suspend("x"), expires_ms=1))
    with running(place, story):
        result = run(place, "order", "apply", stick)
    assert (result.exit_code, "it has expired" in result.output) == (1, True)


def test_several_orders_are_applied_in_their_own_order(place: Place, tmp_path: Path) -> None:
    story, bureau = opened(), opened()
    first = bureau.signed(Action.SUSPEND, Suspend("one"), expires_ms=None)
    bureau.play(OrderArrived(bureau.moment(), first))
    late, early = tmp_path / "a.order", tmp_path / "b.order"
    late.write_text(order_text(bureau.signed(Action.SUSPEND, Suspend("two"), expires_ms=None)))
    early.write_bytes(first)
    with running(place, story):
        assert run(place, "order", "apply", late, early).exit_code == 0
    assert set(story.lane.ledger.suspensions) == {2, 3}


def test_an_order_that_is_refused_says_why(place: Place, tmp_path: Path) -> None:
    story, stick = opened(), tmp_path / "stick.order"
    stick.write_bytes(story.signed(Action.SUSPEND, Suspend("x"), number=5))
    with running(place, story):
        result = run(place, "order", "apply", stick)
    assert (result.exit_code, "an earlier order is missing" in result.output) == (1, True)


def test_what_is_no_order_never_reaches_the_agent(place: Place, tmp_path: Path) -> None:
    stick = tmp_path / "stick.order"
    stick.write_bytes(b"hello")
    result = run(place, "order", "apply", stick)
    assert result.exit_code == 2
    assert not place.site.inbox.exists()


def test_a_whole_call_ends_in_a_permit(place: Place) -> None:
    story = halted()
    with running(place, story):
        asked = run(place, *PERMIT, *LIMITS)
        assert asked.exit_code == 0, asked.output
        call = story.lane.phone.call
        assert call is not None
        assert in_groups(call.challenge, 5) in asked.output
        code = respond(SECRET, call, 2, step_of(time.time_ns() // 1_000_000))
        answered = run(place, "answer", 2, *in_groups(code).split())
    assert answered.exit_code == 0, answered.output
    assert set(story.lane.ledger.permits) == {2}


def test_a_wrong_code_says_what_is_left(place: Place) -> None:
    with running(place, halted()):
        run(place, *PERMIT, *LIMITS)
        result = run(place, "answer", 2, "000", "000", "000")
    assert (result.exit_code, "2 tries are left" in result.output) == (1, True)


def test_the_challenge_stands_in_the_status(place: Place) -> None:
    story = halted()
    with running(place, story):
        run(place, "challenge", "lease", "--hours", 72)
        result = run(place, "status")
    call = story.lane.phone.call
    assert isinstance(call, Call)
    assert in_groups(read_challenge(call.challenge), 5) in result.output


def test_what_may_not_be_asked_gets_no_challenge(place: Place) -> None:
    with running(place, halted()):
        result = run(place, "challenge", "release", "--cause", "NONSENSE")
    assert (result.exit_code, "cannot be asked for" in result.output) == (1, True)


def test_a_status_after_the_call_shows_no_challenge() -> None:
    story = halted()
    assert status_of(story.lane, bytes(32), Around(True, None, (), None, 1))["phone"] is None
