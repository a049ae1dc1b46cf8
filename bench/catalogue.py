"""All benchmarks by name, in running order. A new one is a module with a `run` and a line here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench import append, cameras, decoding, ingest, judging, latency, opening, rest, soak, tickets
from bench.progress import Progress
from bench.result import Result
from bench.wishes import Wishes
from weighbook.phrase import Phrase


class Benchmark(NamedTuple):
    """`run` measures in an empty folder, shows progress and gives its results.

    `sizes_of` makes its third argument of the wishes, where it heeds any.
    """

    title: Phrase
    run: Callable[..., tuple[Result, ...]]
    sizes_of: Callable[[Wishes], Any] | None = None

    def measure(self, folder: Path, progress: Progress, wishes: Wishes) -> tuple[Result, ...]:
        sizes = () if self.sizes_of is None else (self.sizes_of(wishes),)
        return self.run(folder, progress, *sizes)


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
    "tickets": Benchmark(
        Phrase("票证：裁决与打印", "tickets: verdicts, and sheets of paper"), tickets.run
    ),
    "decoding": Benchmark(Phrase("仪表报文解码", "decoding an indicator's frames"), decoding.run),
    "rest": Benchmark(Phrase("静置时的内存与处理器占用", "memory and CPU share at rest"), rest.run),
    "cameras": Benchmark(
        Phrase("八路 1080p25 摄像头：读取并判定", "eight 1080p25 cameras, read and judged"),
        cameras.run,
        lambda wishes: cameras.HOUR if wishes.hour else cameras.FULL,
    ),
    "judging": Benchmark(
        Phrase("一幅关键帧的各步开销", "what each step of a keyframe costs"), judging.run
    ),
    "soak": Benchmark(
        Phrase("摄像头误停售浸泡测试", "how often a camera in order stops sales"),
        soak.run,
        soak.sizes_of,
    ),
}
