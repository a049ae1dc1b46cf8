"""A million damaged inputs for the scale protocols, with a summary.

    python -m bench.fuzz [--inputs 1000000] [--seed 1] [--json]

Cuts, noise around a frame and torn neighbours must never give a weight that was not sent: any such
is an error and ends in exit code 1. A byte changed inside a frame is another thing: a checksum
finds it, a bare layout cannot; the last column says how often it passed for a weight never sent.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import click

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.framer import decode_all, feed
from drivers.scales.protocol import MAX_FRAME_BYTES, Said, ScaleProtocol
from drivers.scales.reader import Proof
from drivers.scales.reading import Reading, Status, Weight
from terminal.words import FOUND, GOOD, Columns, json_option, show
from weighbook.phrase import Phrase

NOISE_BYTES = 40
REPEATS = 4

COLUMNS: Columns = (
    ("protocol", Phrase("协议", "protocol")),
    ("integrity", Phrase("保护", "integrity")),
    ("inputs", Phrase("输入", "inputs")),
    ("weights", Phrase("重量", "weights")),
    ("statuses", Phrase("状态", "statuses")),
    ("rejects", Phrase("拒收", "rejects")),
    ("wrong", Phrase("错重（不容许）", "wrong (forbidden)")),
    ("changed", Phrase("改字节", "bytes changed")),
    ("passed", Phrase("未识破", "passed as weights")),
)

Damage = Callable[[random.Random, ScaleProtocol, bytes], bytes]


@dataclass
class Tally:
    """What came of one protocol's inputs."""

    protocol: ScaleProtocol
    inputs: int = 0
    wrong: int = 0
    changed: int = 0
    passed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def row(self) -> dict[str, object]:
        kinds = {name: self.kinds[name] for name in ("weights", "statuses", "rejects")}
        counts = {"inputs": self.inputs, "wrong": self.wrong, "changed": self.changed}
        about: dict[str, object] = {"protocol": self.protocol.name}
        about["integrity"] = self.protocol.integrity
        return about | kinds | counts | {"passed": self.passed}


def noise_only(chance: random.Random, protocol: ScaleProtocol, frame: bytes) -> bytes:
    del protocol, frame
    return chance.randbytes(chance.randrange(NOISE_BYTES))


def cut_front(chance: random.Random, protocol: ScaleProtocol, frame: bytes) -> bytes:
    del protocol
    return frame[chance.randrange(len(frame)) :]


def cut_back(chance: random.Random, protocol: ScaleProtocol, frame: bytes) -> bytes:
    del protocol
    return frame[: chance.randrange(len(frame))]


def torn_neighbour(chance: random.Random, protocol: ScaleProtocol, frame: bytes) -> bytes:
    """A torn frame of the same weight, then whole ones."""
    return cut_back(chance, protocol, frame) + frame * REPEATS


def in_noise(chance: random.Random, protocol: ScaleProtocol, frame: bytes) -> bytes:
    """Whole frames between noise."""
    before, behind = noise_only(chance, protocol, frame), noise_only(chance, protocol, frame)
    return before + frame * REPEATS + behind


DAMAGES: tuple[Damage, ...] = (noise_only, cut_front, cut_back, torn_neighbour, in_noise)


def change_bytes(chance: random.Random, frame: bytes) -> bytes:
    """One or two bytes other than sent."""
    data = bytearray(frame)
    for _ in range(chance.randrange(1, 3)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def fuzz(protocol: ScaleProtocol, inputs: int, seed: int) -> Tally:
    """That many damaged inputs of one protocol; the same for the same seed."""
    chance, tally = random.Random(f"{seed}:{protocol.name}"), Tally(protocol)
    while tally.inputs < inputs:
        tally.inputs += 1
        kg = chance.randrange(5_000) * 20
        frame = protocol.encode(Said(kg, stable=chance.random() < 0.5))
        if tally.inputs % 4 == 0:
            _change(tally, kg, change_bytes(chance, frame))
        else:
            _damage(tally, kg, chance.choice(DAMAGES)(chance, protocol, frame))
    return tally


def _damage(tally: Tally, kg: int, data: bytes) -> None:
    readings = decode_all(tally.protocol, data)
    _count(tally, readings)
    fed = feed(tally.protocol, b"", data)
    assert len(fed.kept) <= MAX_FRAME_BYTES
    proof = Proof(tally.protocol)
    believed = [proof.weigh(reading) for reading in fed.readings]
    tally.wrong += any(_is_other(reading, kg) for reading in (*readings, *believed))


def _change(tally: Tally, kg: int, data: bytes) -> None:
    readings = decode_all(tally.protocol, data)
    _count(tally, readings)
    tally.changed += 1
    tally.passed += any(_is_other(reading, kg) for reading in readings)


def _count(tally: Tally, readings: list[Reading]) -> None:
    for reading in readings:
        is_status = isinstance(reading, Status)
        name = "weights" if isinstance(reading, Weight) else "statuses" if is_status else "rejects"
        tally.kinds[name] += 1


def _is_other(reading: Reading, kg: int) -> bool:
    return isinstance(reading, Weight) and Fraction(reading.text) != kg


@click.command()
@click.option("--inputs", type=click.IntRange(1_000, 100_000_000), default=1_000_000,
              show_default=True, help="输入总数 / inputs in all")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="种子 / seed")
@json_option
@click.pass_context
def fuzz_command(ctx: click.Context, inputs: int, seed: int, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """给每种协议喂坏数据。 Feeds every protocol damaged bytes; exit 1 if a wrong weight came."""
    each = -(-inputs // len(PROTOCOLS))
    tallies = []
    with click.progressbar(PROTOCOLS.values(), file=sys.stderr, label="fuzz") as protocols:
        tallies = [fuzz(protocol, each, seed) for protocol in protocols]
    show([tally.row() for tally in tallies], COLUMNS, as_json=as_json)
    ctx.exit(FOUND if any(tally.wrong for tally in tallies) else GOOD)


if __name__ == "__main__":
    fuzz_command()
