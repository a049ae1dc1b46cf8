"""A power cut at a weighbridge, down to disk: a real upsd, the real agent, its time as scripted."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from msgspec.structs import replace

from drivers.power.nut_simulator import NutSimulator
from edge_agent.config import AgentConfig
from edge_agent.events import PowerSeen
from edge_agent.power_config import PowerConfig
from edge_agent.power_watch import PowerWatch
from edge_agent.supply import UPS
from tests.site import proofs
from tests.site.conftest import Figure
from tests.site.county import County, open_county
from tests.site.places import count, make_place
from tests.site.rig import LONG_STEP_MS, Rig
from weighbook.records import Kind

CLOSED_S, REAL_STEP_S = 2.0, 0.01
STABLE_MS = 300_000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as made:
        yield made


@contextmanager
def asked(config: AgentConfig, rig: Rig) -> Iterator[None]:
    """The thread that asks the UPS, into the rig's own inbox."""
    stop = Event()
    (_, body), *_ = PowerWatch(config.power, rig.inbox.post).bodies
    thread = Thread(target=body, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def waits(rig: Rig, *, until_open: bool) -> float:
    """Real seconds until sales are so; frames go on meanwhile."""
    began = time.monotonic()
    while rig.is_open is not until_open:
        assert time.monotonic() - began < 10 * CLOSED_S
        rig.wait(100)
        time.sleep(REAL_STEP_S)
    return time.monotonic() - began


def live(rig: Rig, for_ms: int) -> None:
    """Time goes by, and the UPS says that all is well."""
    for _ in range(for_ms // LONG_STEP_MS):
        rig.wait(LONG_STEP_MS, LONG_STEP_MS)
        rig.take(PowerSeen(rig.at, UPS, True, charge_percent=60))


def test_a_power_cut_closes_sales_at_once_and_they_open_after_five_stable_minutes(
    county: County, tmp_path: Path, figure: Figure
) -> None:
    upsd = NutSimulator()
    power = PowerConfig(nut_host="127.0.0.1", nut_port=upsd.port)
    config = replace(make_place(tmp_path / "room", "WB-1"), power=power)
    county.enrol(config)
    ((_, code),) = county.tickets("WB-1", 1)
    rig = Rig(config, online=False)
    with asked(config, rig):
        rig.prove()
        waits(rig, until_open=True)
        shut = rig.gate.shut
        upsd.mains(on=False)
        closed_s = waits(rig, until_open=False)
    assert closed_s < CLOSED_S
    assert rig.causes == {"POWER"}
    assert rig.gate.shut > shut
    rig.sell("蒙K00001", code)
    assert count(rig.state, Kind.SALE) == 0
    live(rig, STABLE_MS - 2_000)
    assert not rig.is_open
    live(rig, 4_000)
    assert rig.is_open
    rig.sell("蒙K00001", code)
    assert count(rig.state, Kind.SALE) == 1
    rig.stop()
    upsd.stop()
    proofs.book_is_whole(rig.state)
    figure("power: mains off at the UPS to sales closed, s", f"{closed_s:.2f}")
