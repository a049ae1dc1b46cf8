"""`decoding`: frames decoded per second against a bare split of the same bytes; the agent's share.

The stream is one truck after another, fed as a port gives it, in small pieces; the bare loop splits
the same pieces at the frame's first byte and looks at nothing. The share is what the whole way of a
frame costs, from bytes through the lane, times the frames that come in a second.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.deck import FRAME_MS, Deck, open_deck
from bench.progress import Progress
from bench.result import Growth, Result
from bench.site import found
from bench.timing import Paired, take_turns
from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.framer import feed
from drivers.scales.protocol import Said, ScaleProtocol
from drivers.scales.truck import Move, is_moving, weight_at
from edge_agent.events import Moment
from edge_agent.ports import scale_event
from weighbook.phrase import Phrase

WHAT = Phrase("解码帧数（{protocol}）", "frames decoded ({protocol})")
AGAINST = Phrase("只按首字节切分同样的字节", "bare splits of the same bytes")
SHARE = Phrase("代理的处理器占用，每秒 {frames} 帧", "the agent's CPU share at {frames} frames/s")
BARE_SHARE = Phrase("同样帧数只解码不判断", "decoding alone, at as many")
PIECE = Phrase("每次读到的字节", "bytes per read")
RATE = Phrase("解码帧数", "frames decoded")
MEASURING = Phrase("测量中，协议", "measuring, protocols")
USUAL_FRAMES_PER_S = 10
FASTEST_BAUD = 9600
BITS_PER_BYTE = 10
DECK_PROTOCOL = "yaohua-tf0"


@dataclass(frozen=True)
class Sizes:
    """`pieces`: bytes per read, rising. `frames`: of the stream. `share_frames`: for the share."""

    pieces: tuple[int, ...] = (12, 64, 256)
    frames: int = 600
    rounds: int = 15
    share_frames: int = 2_000


FULL = Sizes()


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """The slowest, the middle and the fastest protocol, then the agent's share."""
    talking = [protocol for protocol in PROTOCOLS.values() if protocol.ask is None]
    rated = []
    for number, protocol in enumerate(talking):
        progress(MEASURING, number, len(talking))
        rated.append((_measure(protocol, sizes.pieces[1], sizes).rates[0], protocol))
    rated.sort(key=lambda one: one[0])
    chosen = (rated[0][1], rated[len(rated) // 2][1], rated[-1][1])
    results = [_result(protocol, sizes) for protocol in chosen]
    return (*results, *_shares(folder, sizes))


def fastest_line() -> int:
    """The most frames a second any indicator here can send at its usual speed."""
    lengths = [len(p.encode(Said(15_620))) for p in PROTOCOLS.values() if p.ask is None]
    return FASTEST_BAUD // BITS_PER_BYTE // min(lengths)


def stream_of(protocol: ScaleProtocol, frames: int) -> bytes:
    """That many frames of a truck that drives on and stands."""
    move, pace_ms = Move(48_620, 1_000), 1_000 // protocol.frames_per_s
    said = (
        Said(weight_at(move, n * pace_ms, 20), stable=not is_moving(move, n * pace_ms))
        for n in range(frames)
    )
    return b"".join(protocol.encode(one) for one in said)


def _result(protocol: ScaleProtocol, sizes: Sizes) -> Result:
    measured = [(size, _measure(protocol, size, sizes)) for size in sizes.pieces]
    middle = measured[1][1]
    points = tuple((size, paired.rates[0]) for size, paired in measured)
    growth = (Growth(RATE, "/s", PIECE, points),)
    what, name = WHAT.fill(protocol=protocol.name), f"decoding.{protocol.name}"
    ours, bare = middle.rates
    return Result(name, what, "/s", ours, AGAINST, bare, None, middle.spread, growth)


def _measure(protocol: ScaleProtocol, piece: int, sizes: Sizes) -> Paired:
    stream = stream_of(protocol, sizes.frames)
    pieces = [stream[at : at + piece] for at in range(0, len(stream), piece)]
    mark = protocol.encode(Said(15_620))[:1]

    def decode(_round: int) -> None:
        kept = b""
        for data in pieces:
            kept = feed(protocol, kept, data).kept

    def split(_round: int) -> None:
        kept = b""
        for data in pieces:
            *_, kept = (kept + data).split(mark)

    return take_turns(sizes.rounds, sizes.frames, decode, split)


def _shares(folder: Path, sizes: Sizes) -> tuple[Result, ...]:
    place = found(folder)
    deck = open_deck(place)
    try:
        whole_s, decoded_s = _cost_of_a_frame(deck, sizes.share_frames)
    finally:
        deck.hands.book.close()
        place.bureau.close()
    return tuple(
        Result(
            f"decoding.share.{frames}",
            SHARE.fill(frames=frames),
            "%",
            100 * frames * whole_s,
            BARE_SHARE,
            100 * frames * decoded_s,
        )
        for frames in (USUAL_FRAMES_PER_S, fastest_line())
    )


def _cost_of_a_frame(deck: Deck, frames: int) -> tuple[float, float]:
    """(seconds of CPU through the lane, seconds for the decoding alone) per frame."""
    protocol = PROTOCOLS[DECK_PROTOCOL]
    data = [protocol.encode(Said(20 * (number % 3))) for number in range(frames)]

    def through(raw: bytes) -> None:
        for reading in feed(protocol, b"", raw).readings:
            event = scale_event(reading, deck.place.config.scale)
            now = Moment(deck.at.wall_ms + FRAME_MS, deck.at.mono_ms + FRAME_MS)
            deck.play(replace(event, now=now))

    def alone(raw: bytes) -> None:
        feed(protocol, b"", raw)

    return _cpu_s(through, data) / frames, _cpu_s(alone, data) / frames


def _cpu_s(do: Callable[[bytes], None], data: list[bytes]) -> float:
    began = time.process_time()
    for raw in data:
        do(raw)
    return time.process_time() - began
