"""Cheats with scale, cameras and power at a weigh-room with all checks on: each function is a case.

Sales stay closed after the first of them: a suspicion ends only with the bureau's release.
"""

import time

from demo.cheats.room import GROSS_KG, TARE_KG, Room, card
from demo.cheats.waiting import must
from demo.cheats.yard import OPEN_S, WATCHED, Yard
from drivers.scales.truck import Move, weight_at

FRAME_S = 0.1
CAUSE_S = 40.0
RAMP_S = 2.6
DIVISION_KG = 20
# An arrival as somebody recorded it, frame by frame.
RECORDING = tuple(
    weight_at(Move(GROSS_KG, 0), at_ms, DIVISION_KG) for at_ms in range(0, 4_000, 100)
)


def c46_a_power_cut_as_a_licence(yard: Yard) -> str:
    """The first of these: it still sells."""
    room = yard.watched
    room.agent.wait(room.agent.is_open, OPEN_S)
    yard.ups.mains(on=False)
    room.agent.wait_for("POWER", limit_s=CAUSE_S)
    reason = drive(room, card(yard.plate()), yard.ticket(WATCHED).code)
    yard.ups.mains(on=True)
    return f"POWER + {reason}"


def c22_camera_without_power(yard: Yard) -> str:
    return camera_cause(yard, "road", "off", "CAMERA_LOST")


def c23_camera_frozen(yard: Yard) -> str:
    return camera_cause(yard, "shed", "freeze", "CAMERA_FROZEN")


def c24_camera_covered(yard: Yard) -> str:
    return camera_cause(yard, "gate", "tamper black", "CAMERA_BLIND")


def c25_camera_with_a_stopped_clock(yard: Yard) -> str:
    return camera_cause(yard, "deck", "clock stop", "CAMERA_CLOCK")


def c16_an_axle_beside_the_deck(yard: Yard) -> str:
    """Weighed with one axle short; then the whole truck rolls over the deck."""
    room = yard.watched
    before = room.place.head()
    roll(room, GROSS_KG - 9_000)
    room.agent.wait(room.captured, CAUSE_S)
    time.sleep(1.5)
    ramp(room, GROSS_KG - 9_000, GROSS_KG, 0.8)
    time.sleep(1.5)
    ramp(room, GROSS_KG, 0, 1.5)
    room.drive_off()
    room.agent.wait(lambda: room.place.newest(before) is not None)
    seen = room.place.newest(before)
    assert seen is not None
    must("T_LATE" in seen.body.reasons, f"{seen.body.reasons}")
    return "T_LATE"


def c18_a_remote_in_the_cable(yard: Yard) -> str:
    """Two tonnes less at the press of a button, while the truck stands."""
    room = yard.watched
    roll(room, GROSS_KG)
    time.sleep(1.0)
    room.scale.weight(GROSS_KG - 2_000)
    room.agent.wait(room.captured, CAUSE_S)
    return suspected(room, "T_STEP")


def c19_a_smaller_division(yard: Yard) -> str:
    room = yard.watched
    roll(room, GROSS_KG)
    room.agent.wait(room.captured, CAUSE_S)
    for step in range(10):
        room.scale.weight(GROSS_KG + step % 2 * 5)
        time.sleep(FRAME_S)
    return suspected(room, "T_DIVISION")


def c20_a_recorded_curve(yard: Yard) -> str:
    """The same arrival once more, frame by frame."""
    room = yard.watched
    for _ in range(2):
        room.scale.recorded(RECORDING)
        room.agent.wait(room.captured, CAUSE_S)
        is_found = "T_REPLAY" in room.agent.subjects("SCALE_SUSPECT")
        ramp(room, GROSS_KG, 0, 1.5)
        room.drive_off()
        if is_found:
            break
    return suspected(room, "T_REPLAY")


def c21_the_scale_unplugged(yard: Yard) -> str:
    room = yard.watched
    room.scale.silent()
    code = room.agent.wait_for("SCALE_SILENT", limit_s=CAUSE_S)
    room.scale.speak()
    return code


def camera_cause(yard: Yard, name: str, line: str, code: str) -> str:
    """Something is done to one camera; its cause, once it stands."""
    room = yard.watched
    room.camera(name, line)
    room.agent.wait(lambda: name in room.agent.subjects(code), CAUSE_S)
    return code


def suspected(room: Room, check: str) -> str:
    """The truck leaves; SCALE_SUSPECT must stand by that check."""
    room.scale.weight(0)
    room.agent.wait(lambda: check in room.agent.subjects("SCALE_SUSPECT"), CAUSE_S)
    room.drive_off()
    return f"SCALE_SUSPECT {check}"


def drive(room: Room, *codes: bytes) -> str:
    """A whole truck as it really comes and goes; the first reason of its record."""
    before = room.place.head()
    roll(room, TARE_KG)
    for code in codes:
        room.show(code)
    room.agent.wait(room.captured, CAUSE_S)
    room.scale.leave()
    room.agent.wait(lambda: room.place.newest(before) is not None, CAUSE_S)
    seen = room.place.newest(before)
    assert seen is not None
    return next(reason for reason in seen.body.reasons if reason.startswith("E_"))


def roll(room: Room, kg: int) -> None:
    """A truck rolls on, axle by axle."""
    room.scale.truck(kg)
    time.sleep(RAMP_S)


def ramp(room: Room, from_kg: int, to_kg: int, took_s: float) -> None:
    """It rolls on or off without a stop."""
    steps = max(2, round(took_s / FRAME_S))
    for step in range(1, steps + 1):
        kg = from_kg + (to_kg - from_kg) * step // steps
        room.scale.weight(kg // DIVISION_KG * DIVISION_KG)
        time.sleep(FRAME_S)
