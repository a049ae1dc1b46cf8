"""Writes packets into a Matroska file as they came, without decoding any of them.

The file appears under its name only when it is whole and on disk.
"""

import io
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from drivers.cameras.packet_ring import Kept

FORMAT = "matroska"
MILLISECOND = Fraction(1, 1000)


class Template:
    """A stream's parameters in a copy that outlives the stream.

    An output that is never written holds the copy; the library has no other home for it.
    """

    def __init__(self, stream: Any) -> None:
        self._holder = av.open(io.BytesIO(), "w", format=FORMAT)
        self.stream: Any = self._holder.add_stream_from_template(stream)


def write_film(path: Path, packets: Sequence[Kept], template: Template) -> None:
    """A stream's packets as one file."""
    _write(path, packets, lambda output: output.add_stream_from_template(template.stream))


def write_jpegs(path: Path, packets: Sequence[Kept], size: tuple[int, int]) -> None:
    """Pictures that came without a container."""
    width, height = size
    _write(path, packets, lambda output: output.add_mux_stream("mjpeg", width=width, height=height))


def _write(path: Path, packets: Sequence[Kept], add_stream: Any) -> None:
    """Errors: OSError."""
    unfinished = path.with_name(path.name + ".part")
    try:
        with av.open(str(unfinished), "w", format=FORMAT) as output:
            stream = add_stream(output)
            for at_ms, packet in zip(play_times(packets), packets, strict=True):
                output.mux(_muxable(packet, at_ms, stream))
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    except av.FFmpegError as error:
        raise OSError(str(error)) from None
    finally:
        unfinished.unlink(missing_ok=True)


def play_times(packets: Sequence[Kept]) -> list[int]:
    """When each is shown, from 0 and never backwards: by the stream's time where it has one."""
    times: list[int] = []
    known = all(packet.stream_ms is not None for packet in packets[1:])
    for packet in packets:
        own_ms = packet.stream_ms if known else packet.at_ms
        earliest_ms = times[-1] + 1 if times else None
        if own_ms is None:  # the first one may come without: a moment before the second
            own_ms = (packets[1].stream_ms or 1) - 1 if len(packets) > 1 else 0
        times.append(own_ms if earliest_ms is None else max(own_ms, earliest_ms))
    return [time - times[0] for time in times]


def _muxable(packet: Kept, at_ms: int, stream: Any) -> Any:
    muxable = av.Packet(packet.payload)
    muxable.stream = stream
    muxable.time_base = MILLISECOND
    muxable.pts = muxable.dts = at_ms
    muxable.is_keyframe = packet.is_key
    return muxable
