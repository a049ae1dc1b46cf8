"""`rest`: what the agent and each of its camera readers take while nothing happens.

The daemon, its devices and its collector run as in the demo, each a program of its own; sales are
open and no truck comes. Beside them runs a process that only reads the same kind of line, and one
that only takes the packets of the same camera.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.process_table import children_of, cpu_s, memory_mib
from bench.progress import Progress
from bench.result import Growth, NotMeasured, Result
from demo.__main__ import free_ports
from demo.bureau import Bureau
from demo.mine import Mine, Ports
from demo.processes import Program, module
from weighbook.phrase import Phrase

MEMORY = Phrase("{who}的内存", "memory of {who}")
CPU = Phrase("{who}的处理器占用", "CPU share of {who}")
AGENT = Phrase("代理", "the agent")
READER = Phrase("{number} 号摄像头读取进程", "camera reader {number}")
BARE_SERIAL = Phrase("只读同样串口的进程", "a process that only reads such a line")
BARE_CAMERA = Phrase("只收同一视频流的进程", "a process that only takes that stream")
SECONDS = Phrase("测量秒数", "seconds of measuring")
SETTLING = Phrase("等待开始销售", "waiting until sales are open")
SAMPLING = Phrase("静置测量，秒", "measuring at rest, seconds")
POLL_S = 0.1
APPEAR_LIMIT_S = 20.0
GROWTH_POINTS = 5


@dataclass(frozen=True)
class Sizes:
    """`settle_s`: how long to wait for open sales; 0: not at all. `seconds`: of measuring."""

    seconds: int = 20
    settle_s: int = 60


FULL = Sizes()


class Watched(NamedTuple):
    """A process beside its baseline."""

    name: str
    who: Phrase
    process_id: int
    against: Phrase
    baseline_id: int


class Taken(NamedTuple):
    """What a process took: MiB at every sample, and its share of a core in per cent."""

    memory_mib: tuple[float, ...]
    cpu_percent: float


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """One site at rest."""
    ports = free_ports()
    with at_rest(folder, ports, progress, sizes) as watched:
        ids = {one.process_id for one in watched} | {one.baseline_id for one in watched}
        taken = sample(sorted(ids), sizes.seconds, progress)
    return tuple(
        result
        for one in watched
        for result in _results(one, taken[one.process_id], taken[one.baseline_id])
    )


def _results(one: Watched, ours: Taken, bare: Taken) -> tuple[Result, Result]:
    memory = Phrase(MEMORY.zh.format(who=one.who.zh), MEMORY.en.format(who=one.who.en))
    cpu = Phrase(CPU.zh.format(who=one.who.zh), CPU.en.format(who=one.who.en))
    step = max(1, len(ours.memory_mib) // GROWTH_POINTS)
    points = tuple(enumerate(ours.memory_mib))[::step]
    growth = (Growth(memory, "MiB", SECONDS, points),)
    return (
        Result(
            f"rest.{one.name}.memory",
            memory,
            "MiB",
            ours.memory_mib[-1],
            one.against,
            bare.memory_mib[-1],
            growth=growth,
        ),
        Result(f"rest.{one.name}.cpu", cpu, "%", ours.cpu_percent, one.against, bare.cpu_percent),
    )


def sample(ids: list[int], seconds: int, progress: Progress) -> dict[int, Taken]:
    """All processes at once, every second."""
    began, before = time.monotonic(), {one: cpu_s(one) for one in ids}
    memory = {one: [memory_mib(one)] for one in ids}
    for second in range(1, seconds + 1):
        time.sleep(max(0.0, began + second - time.monotonic()))
        progress(SAMPLING, second, seconds)
        for one in ids:
            memory[one].append(memory_mib(one))
    spent_s = time.monotonic() - began
    return {
        one: Taken(tuple(memory[one]), 100 * (cpu_s(one) - before[one]) / spent_s) for one in ids
    }


@contextmanager
def at_rest(
    folder: Path, ports: Ports, progress: Progress, sizes: Sizes
) -> Iterator[tuple[Watched, ...]]:
    """The whole site, settled, and the bare readers; all of it ends with the block."""
    with ExitStack() as stack:
        mine = _open_site(folder, ports, stack)
        bare_serial, bare_camera = _start_bare(folder, ports, stack)
        _wait(lambda: mine.status() != {}, APPEAR_LIMIT_S, progress)
        if sizes.settle_s:
            _wait(mine.is_open, sizes.settle_s, progress)
        (agent,) = children_of(os.getpid(), "edge-agent", "run")
        _wait(lambda: len(_readers(agent)) == len(ports.cameras), APPEAR_LIMIT_S, progress)
        readers = tuple(
            Watched(
                f"camera-{number}", READER.fill(number=number), reader, BARE_CAMERA, bare_camera
            )
            for number, reader in enumerate(_readers(agent), 1)
        )
        yield (Watched("agent", AGENT, agent, BARE_SERIAL, bare_serial), *readers)


def _open_site(folder: Path, ports: Ports, stack: ExitStack) -> Mine:
    bureau = Bureau(folder / "bureau", ports)
    bureau.folder.mkdir()
    stack.callback(bureau.stop)
    mine = Mine(folder / "mine", ports)
    stack.callback(mine.stop)
    bureau.open()
    bureau.enrol(mine)
    bureau.serve()
    mine.start_devices()
    mine.start_agent()
    return mine


def _start_bare(folder: Path, ports: Ports, stack: ExitStack) -> tuple[int, int]:
    """(serial, camera) readers that do nothing else; the line has a simulator of its own."""
    link, log = folder / "bare.tty", folder / "bare.log"
    address = f"http://127.0.0.1:{ports.cameras[0]}/stream.mjpg"
    for words in (
        module("drivers.scales.simulator", "--link", str(link)),
        module("bench.bare_reader", "serial", str(link)),
        module("bench.bare_reader", "camera", address),
    ):
        stack.callback(Program(words, log).stop)
        _wait(link.exists, APPEAR_LIMIT_S, lambda *_: None)
    (serial,) = children_of(os.getpid(), "bench.bare_reader", "serial")
    (camera,) = children_of(os.getpid(), "bench.bare_reader", "camera")
    return serial, camera


def _readers(agent: int) -> tuple[int, ...]:
    return children_of(agent, "drivers.cameras.process")


def _wait(come: Callable[[], bool], limit_s: float, progress: Progress) -> None:
    began = time.monotonic()
    while not come():
        waited_s = time.monotonic() - began
        if waited_s > limit_s:
            raise NotMeasured(f"the site does not come up in {limit_s:g} s")
        progress(SETTLING, int(waited_s), int(limit_s))
        time.sleep(POLL_S)
