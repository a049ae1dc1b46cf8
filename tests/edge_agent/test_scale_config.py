"""The indicator's settings: what they make of a line, and what is refused before it is opened."""

from pathlib import Path

import pytest

from drivers.scales.framer import decode_all
from drivers.scales.parity import add_parity
from drivers.scales.protocol import Said
from drivers.scales.reading import TARE, Weight
from drivers.scales.simulator import ScaleSimulator
from edge_agent.events import ScaleRead
from edge_agent.ports import scale_event, scale_thread
from edge_agent.scale_config import (
    BitConfig,
    RegistersConfig,
    ScaleConfig,
    protocol_of,
    scale_fault,
)
from tests.edge_agent.port_devices import Ear, running

REGISTERS = RegistersConfig(first=10, count=3, kind="int32", bits=(BitConfig("stable", 2, 6),))


def scale(protocol: str = "st-gs", **changes: object) -> ScaleConfig:
    return ScaleConfig("/dev/a", protocol, "X", **changes)  # type: ignore[arg-type]  # a table of cases


def mapped(**changes: object) -> ScaleConfig:
    return scale("modbus", registers=RegistersConfig(0, 2, "int32", **changes))  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (scale("no-such"), "no-such"),
        (scale("modbus"), "scale.registers: missing"),
        (scale("st-gs", registers=REGISTERS), "only with"),
        (scale("yaohua-cmd", address=27), "scale.address 27"),
        (scale("modbus", registers=RegistersConfig(0, 1, "int32")), "outside the block"),
        (scale("modbus", registers=RegistersConfig(0, 2, "int64")), "int64"),
        (
            scale(
                "modbus", registers=RegistersConfig(0, 2, "int32", bits=(BitConfig("ok", 1, 1),))
            ),
            "ok",
        ),
        (
            scale(
                "modbus", registers=RegistersConfig(0, 2, "int32", bits=(BitConfig("net", 2, 1),))
            ),
            "word 2",
        ),
    ],
)
def test_settings_no_line_can_have_are_refused_by_name(config: ScaleConfig, named: str) -> None:
    assert named in (scale_fault(config) or "")


def test_settings_that_fit_are_taken() -> None:
    assert scale_fault(scale("yaohua-cmd", address=26)) is None
    assert scale_fault(scale("modbus", registers=REGISTERS, address=247)) is None


def test_seven_bit_characters_are_read_where_the_site_says_so() -> None:
    protocol = protocol_of(scale("yaohua-tf0", seen_parity="E"))
    seen = add_parity(protocol.encode(Said(15_620)), "E")
    assert [r.text for r in decode_all(protocol, seen) if isinstance(r, Weight)] == ["15620"]


def test_a_map_of_the_sites_own_reads_its_transmitter() -> None:
    protocol = protocol_of(scale("modbus", registers=REGISTERS))
    readings = decode_all(protocol, protocol.encode(Said(48_620, address=3)))
    assert [(r.text, r.stable) for r in readings if isinstance(r, Weight)] == [("48620", True)]
    assert protocol.ask is not None
    assert protocol.ask(3)[:6] == bytes((3, 3, 0, 10, 0, 3))


def test_a_net_weight_is_none_unless_the_site_knows_it_for_gross() -> None:
    net = Weight("15620", "kg", None, True, b"")
    assert (scale_event(net, scale()).reading_kg, scale_event(net, scale()).reason) == (None, "net")
    assert scale_event(net, scale(net_is_gross=True)).reading_kg == 15_620


def test_a_stored_tare_is_no_weight() -> None:
    event = scale_event(Weight("15620", "kg", None, None, b"", TARE), scale(net_is_gross=True))
    assert (event.reading_kg, event.reason) == (None, "tare")


@pytest.mark.parametrize("protocol", ["yaohua-cmd", "mt-sics", "modbus-keli-d2008", "laumas-asked"])
def test_an_indicator_in_command_mode_is_asked_and_nothing_else_is_sent(
    tmp_path: Path, protocol: str
) -> None:
    config = ScaleConfig(str(tmp_path / "scale.tty"), protocol, "X")
    simulator = ScaleSimulator(protocol_of(config), tmp_path / "scale.tty")
    simulator.weight(15_620)
    ear = Ear()
    with running(scale_thread(config, ear.post).run):
        events = [ear.next() for _ in range(4)]
    simulator.stop()
    assert [e.reading_kg for e in events if isinstance(e, ScaleRead)][-1] == 15_620
    assert simulator.changed == []
