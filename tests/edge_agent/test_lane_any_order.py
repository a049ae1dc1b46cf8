"""Whatever happens, in whatever order: sold is only what may be, and the book alone says so.

A machine plays random days: trucks, tickets, faults, orders, clocks, full disks and power cuts. It
keeps its own simple view of what is wrong, and holds every accepted weighing against it.
"""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge_agent.acts import Act, OpenBarrier, Write
from edge_agent.events import (
    BookChecked,
    DeviceLost,
    Moment,
    OrderArrived,
    StopAsked,
    TrialAsked,
)
from edge_agent.ledger import fold
from edge_agent.replay import replay
from tests.edge_agent.story import (
    BRIDGE,
    DAY,
    HOUR,
    SITE,
    STRANGER,
    T0,
    WELL,
    Story,
    blank_ledger,
    opened,
    ticket,
    ticket_code,
)
from weighbook.chain import follows
from weighbook.orders import Action, Lease, Lift, Permit, Policy, Release, Suspend
from weighbook.records import Kind, Weighing

PLATES = ("蒙K00001", "蒙K00002")
TICKETS = tuple(ticket(n, plate=None, expires_s=T0 // 1000 + 40 * 86_400) for n in range(3))
FROZEN = (WELL[0], WELL[1]._replace(ok=False, measured="9 s"))
EVERYTHING = ("CAMERA_LOST", "CAMERA_FROZEN", "SCALE_SILENT", "BOOK", "APPROVAL")
SOLD = (Kind.TARE, Kind.SALE)
weights = st.sampled_from([14_000, 15_000, 30_000, 48_000, 52_000])
cameras = st.sampled_from(["deck", "road"])


class Watched(Story):
    """A story that looks at every act before it is carried out. `doubts`: what is wrong, truly."""

    doubts: frozenset[str] = frozenset()

    def _do(self, acts: tuple[Act, ...]) -> None:
        for before, act in zip((None, *acts), acts, strict=False):
            if isinstance(act, OpenBarrier):
                assert isinstance(before, Write)
                assert before.kind in SOLD
            if isinstance(act, Write) and act.kind in SOLD:
                self._may_be_accepted(act.body)
        super()._do(acts)

    def _may_be_accepted(self, body: Any) -> None:
        assert isinstance(body, Weighing)
        faults = {name for name, verdicts in self.cameras.items() if verdicts != WELL}
        faults |= set(SITE.cameras) - self.cameras.keys()
        assert not self.doubts
        assert body.permits or not faults
        assert body.ticket_no
        assert body.plate
        assert body.stability == 1
        assert self.lane.passage is None or not self.lane.passage.is_test
        taken = {camera for camera, _ in body.pictures}
        assert "deck" in taken or (body.permits and "deck" in faults)


class AnyDay(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = Watched()
        self.story.__dict__.update(opened().twin().__dict__)
        self.sent: list[bytes] = []

    def doubt(self, what: str) -> None:
        self.story.doubts |= {what}

    # -- trucks ----------------------------------------------------------------------------------

    @rule(shown=st.sampled_from(TICKETS), plate=st.sampled_from(PLATES), weight_kg=weights)
    def a_truck_passes(self, shown: Any, plate: str, weight_kg: int) -> None:
        self.story.plate(plate)
        self.story.scan(shown)
        self.story.drive_on(weight_kg)
        self.story.drive_off()

    @rule(shown=st.sampled_from(TICKETS), plate=st.sampled_from(PLATES))
    def a_truck_weighs_empty_then_loaded(self, shown: Any, plate: str) -> None:
        self.a_truck_passes(shown, plate, 15_000)
        self.a_truck_passes(shown, plate, 48_000)

    @rule(weight_kg=weights)
    def a_load_drives_on(self, weight_kg: int) -> None:
        self.story.drive_on(weight_kg)

    @rule()
    def it_drives_off(self) -> None:
        self.story.drive_off()

    @rule(shown=st.sampled_from(TICKETS))
    def a_ticket_is_scanned(self, shown: Any) -> None:
        self.story.scan(shown)

    @rule(shown=st.sampled_from(TICKETS))
    def a_forgery_is_scanned(self, shown: Any) -> None:
        self.story.scan(ticket_code(shown, STRANGER))

    @rule(plate=st.sampled_from(PLATES))
    def a_plate_is_given(self, plate: str) -> None:
        self.story.plate(plate)

    @rule(plate=st.sampled_from(PLATES), weight_kg=weights)
    def a_plate_takes_a_ticket_over(self, plate: str, weight_kg: int) -> None:
        self.story.drive_on(weight_kg)
        self.story.plate_because(plate, "a reason")
        self.story.scan(TICKETS[0])
        self.story.drive_off()

    @rule(minutes=st.sampled_from([0, 1, 30, 99]))
    def test_mode_is_asked_for(self, minutes: int) -> None:
        self.story.play(TrialAsked(self.story.moment(), minutes))

    @rule(there=st.booleans())
    def pictures_come_or_not(self, there: bool) -> None:
        self.story.pictures = there

    # -- faults ----------------------------------------------------------------------------------

    @rule(camera=cameras)
    def a_camera_falls_silent(self, camera: str) -> None:
        self.story.lose(camera)

    @rule(camera=cameras)
    def a_camera_freezes(self, camera: str) -> None:
        self.story.cameras[camera] = FROZEN
        self.story.wait(500)

    @rule(camera=cameras)
    def a_camera_comes_back(self, camera: str) -> None:
        self.story.regain(camera)

    @rule()
    def the_scale_is_unplugged_and_back(self) -> None:
        self.story.play(DeviceLost(self.story.moment(), "scale", "unplugged"))

    @rule(by_ms=st.sampled_from([-HOUR, HOUR, 3 * DAY]))
    def the_clock_is_set(self, by_ms: int) -> None:
        at = self.story.at
        self.doubt("clock")
        self.story.at = Moment(at.wall_ms + by_ms, at.mono_ms)
        self.story.wait(500)

    @rule()
    def a_receipt_comes(self) -> None:
        now_ms, signed = self.story.at.wall_ms, self.story.lane.ledger.signed_ms
        self.story.receipt()
        if now_ms > signed:
            self.story.doubts -= {"clock"}
        self.story.wait(500)

    @rule()
    def a_receipt_contradicts_the_book(self) -> None:
        if self.story.at.wall_ms > self.story.lane.ledger.signed_ms:
            self.story.receipt(head=b"\1" * 32, at_ms=self.story.at.wall_ms + 1)
            self.doubt("book")

    @rule(writes=st.integers(0, 2))
    def the_disk_fills_up(self, writes: int) -> None:
        self.story.writes_left = writes

    @rule()
    def the_disk_is_mended(self) -> None:
        self.story.writes_left = None
        self.story.play(BookChecked(self.story.moment(), True, "ok"))

    # -- the bureau ------------------------------------------------------------------------------

    def order(self, action: Action, args: Any, **changes: Any) -> int:
        """The next order; its number if it was applied, else 0."""
        message = self.story.signed(action, args, **changes)
        self.sent.append(message)
        number = self.story.lane.ledger.order_number + 1
        self.story.play(OrderArrived(self.story.moment(), message))
        booked = self.story.lane.booked
        return number if booked.order_number == number and not self.story.lane.adrift else 0

    @rule()
    def sales_are_suspended(self) -> None:
        if number := self.order(Action.SUSPEND, Suspend("inspection")):
            self.doubt(f"order {number}")

    @precondition(lambda self: self.story.lane.ledger.suspensions)
    @rule()
    def a_suspension_is_lifted(self) -> None:
        number = min(self.story.lane.ledger.suspensions)
        if self.order(Action.LIFT, Lift(number)):
            self.story.doubts -= {f"order {number}"}

    @rule(trucks=st.integers(1, 3), kg=st.sampled_from([40_000, 900_000]))
    def a_permit_is_given(self, trucks: int, kg: int) -> None:
        self.order(Action.PERMIT, Permit(EVERYTHING, "an officer on site", trucks, kg))

    @rule()
    def everything_is_released(self) -> None:
        if self.order(Action.RELEASE, Release(EVERYTHING, "seen to")):
            self.story.doubts -= {"book"}

    @rule()
    def the_lease_is_extended(self) -> None:
        self.order(Action.LEASE, Lease(self.story.at.wall_ms + 30 * DAY))

    @rule(
        name=st.sampled_from(["tolerance_kg", "stored_tare_uses", "overload_tries", "rebinds"]),
        value=st.sampled_from([0, 1, 3, 300]),
    )
    def the_policy_changes(self, name: str, value: int) -> None:
        self.order(Action.POLICY, Policy(((name, value),)))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_old_order_comes_again(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.sent))
        number = self.story.lane.ledger.order_number
        self.story.play(OrderArrived(self.story.moment(), message))
        if self.story.lane.ledger.order_number != number:
            self._believe_the_ledger()

    def _believe_the_ledger(self) -> None:
        """An order that had been lost came after all."""
        kept = {what for what in self.story.doubts if not what.startswith("order")}
        numbers = {f"order {number}" for number in self.story.lane.ledger.suspensions}
        released = self.story.lane.ledger.orders[self.story.lane.ledger.order_digest]
        kept -= {"book"} if released.action is Action.RELEASE else set()
        self.story.doubts = frozenset(kept | numbers)

    # -- time and power --------------------------------------------------------------------------

    @rule(for_ms=st.sampled_from([1_000, 12_000]))
    def time_goes_by(self, for_ms: int) -> None:
        self.story.wait(for_ms)

    @rule(dark_ms=st.sampled_from([1_000, HOUR, 25 * HOUR]), orderly=st.booleans())
    def the_machine_restarts(self, dark_ms: int, orderly: bool) -> None:
        if orderly:
            self.story.play(StopAsked(self.story.moment(), "rest"))
        self.story.writes_left = None
        self._forget_what_only_the_run_knew()
        self.story.restart(dark_ms)
        self.story.opened()

    def _forget_what_only_the_run_knew(self) -> None:
        """Doubts that never reached the disk, and a clock nobody can compare with any more."""
        standing = {code for code, _ in self.story.lane.booked.standing}
        lost = {"clock"} - ({"clock"} if "CLOCK" in standing else set())
        lost |= {"book"} - ({"book"} if "BOOK" in standing else set())
        self.story.doubts -= lost

    # -- always ----------------------------------------------------------------------------------

    @invariant()
    def the_ledger_is_the_fold_of_the_book(self) -> None:
        lane = self.story.lane
        assert lane.booked == self.story.folded()
        if not lane.adrift and lane.ledger.seq == lane.booked.seq:
            assert lane.ledger == lane.booked

    @invariant()
    def what_stands_uncovered_keeps_sales_closed(self) -> None:
        if self.story.doubts and not self.story.lane.stopped:
            assert not self.story.is_open

    def teardown(self) -> None:
        self._every_cut_knows_what_was_sold()
        records, orders = self.story.records, self.story.folded().orders
        for before, digest, after in zip(records, self.story.digests, records[1:], strict=False):
            assert not list(follows(before, digest, after))
        assert not list(replay(records, replace(blank_ledger(), orders=orders), SITE))

    def _every_cut_knows_what_was_sold(self) -> None:
        """Killed after any record: the fold of what is on disk knows every ticket that was used."""
        ledger = replace(blank_ledger(), orders=self.story.folded().orders)
        used: set[str] = set()
        for record, digest in zip(self.story.records, self.story.digests, strict=True):
            ledger = fold(ledger, record, digest)
            if record.kind is Kind.SALE and isinstance(record.body, Weighing):
                assert record.body.ticket_no not in used
                used.add(record.body.ticket_no or "")
            assert {no for no, state in ledger.tickets.items() if state.used} == used
        assert ledger.weighbridge == BRIDGE


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
