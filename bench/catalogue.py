"""All benchmarks by name, in running order. A new one is a module with a `run` and a line here."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench import append, cameras, decoding, ingest, latency, opening, rest
from bench.progress import Progress
from bench.result import Result
from weighbook.phrase import Phrase


class Benchmark(NamedTuple):
    """`run` measures in an empty folder, shows progress and gives its results."""

    title: Phrase
    run: Callable[[Path, Progress], tuple[Result, ...]]


BENCHMARKS: dict[str, Benchmark] = {
    "append": Benchmark(
        Phrase("账簿追加：签名、成链、落盘", "appending to the book: signed, chained, durable"),
        append.run,
    ),
    "latency": Benchmark(
        Phrase("等待时间：扫码到裁决，稳定到磅单", "waiting: scan to verdict, capture to slip"),
        latency.run,
    ),
    "ingest": Benchmark(
        Phrase("汇总端收账：验签并落盘", "the collector's intake: verified and durable"),
        ingest.run,
    ),
    "opening": Benchmark(
        Phrase("启动与账簿长度", "start-up against the length of the book"), opening.run
    ),
    "decoding": Benchmark(Phrase("仪表报文解码", "decoding an indicator's frames"), decoding.run),
    "rest": Benchmark(Phrase("静置时的内存与处理器占用", "memory and CPU share at rest"), rest.run),
    "cameras": Benchmark(
        Phrase("八路 1080p25 摄像头", "eight 1080p25 cameras over RTSP"), cameras.run
    ),
}
