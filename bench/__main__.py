"""`python -m bench [NAME…] [--hour] [--json]`: measure, beside baselines of the same run.

Exit code 0 when all of them ran, met or not: an aim is a hope for a machine of one's own, not a
test. 2 when one could not run.
"""

import json
import logging
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import click
import structlog

from bench.catalogue import BENCHMARKS
from bench.process_table import busy_s, own_s
from bench.progress import ProgressLine
from bench.rendering import make_console, show_run, show_title
from bench.result import NotMeasured, Run, rows_of
from bench.wishes import NONE, Wishes
from demo.processes import CommandFailed
from terminal.words import COULD_NOT, json_option, say_refusal
from weighbook.phrase import Phrase, Refusal

# A disk, by the file system standard; /tmp often lies in memory, where a commit costs nothing.
DISK = Path("/var/tmp")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--on",
    "disk",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DISK,
    show_default=True,
    help="在哪个目录（磁盘）上测 / the directory, and so the disk, to measure on",
)
@click.option(
    "--hour",
    is_flag=True,
    help="摄像头类基准测试跑满一小时 / benchmarks of cameras take an hour",
)
@click.option(
    "--media",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="BENCH_MEDIA",
    help="soak：固定机位影片所在目录 / soak: a folder of films by cameras that stay where they are",
)
@json_option
def main(names: tuple[str, ...], disk: Path, hour: bool, media: Path | None, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """运行全部或指定的基准测试。

    Runs all benchmarks, or those named: append, latency, ingest, opening,
    tickets, decoding, rest, cameras, judging, soak.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    chosen = names or tuple(BENCHMARKS)
    try:
        for name in chosen:
            check_name(name)
        for name in chosen:
            run_one(name, disk, Wishes(hour, media), as_json=as_json)
    except Refusal as refusal:
        say_refusal(refusal)
        sys.exit(COULD_NOT)


def run_one(name: str, disk: Path, wishes: Wishes, *, as_json: bool) -> None:
    """Measure and show. Errors: Refusal."""
    console = make_console()
    if not as_json:
        show_title(console, name, BENCHMARKS[name].title)
    run = measure(name, disk, wishes)
    if not as_json:
        show_run(console, run)
        return
    for row in rows_of(run):
        click.echo(json.dumps(row, ensure_ascii=False))


def not_measured(name: str, detail: str) -> Refusal:
    return Refusal(
        "E_NOT_MEASURED",
        Phrase(f"{name} 无法测量：{detail}。", f"{name} could not be measured: {detail}."),
        Phrase(
            "请检查磁盘空间和机器负载，再运行一次。",
            "See whether the disk is full or the machine overloaded, and run it again.",
        ),
    )


def check_name(name: str) -> None:
    if name not in BENCHMARKS:
        raise Refusal(
            "E_BENCHMARK",
            Phrase(f"没有名为 {name} 的基准测试。", f"There is no benchmark {name}."),
            Phrase(f"可选：{'、'.join(BENCHMARKS)}。", f"Choose from: {', '.join(BENCHMARKS)}."),
        )


def measure(name: str, disk: Path, wishes: Wishes = NONE) -> Run:
    """One benchmark in a folder of its own, and how busy the machine was besides.

    Errors: Refusal E_NOT_MEASURED.
    """
    progress = ProgressLine(name)
    began, busy, own = time.monotonic(), busy_s(), own_s()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=disk) as folder:
            results = BENCHMARKS[name].measure(Path(folder), progress, wishes)
    except (NotMeasured, CommandFailed, OSError, sqlite3.Error) as failure:
        raise not_measured(name, str(failure)) from failure
    finally:
        progress.clear()
    seconds = time.monotonic() - began
    foreign = ((busy_s() - busy) - (own_s() - own)) / seconds
    return Run(results, seconds, max(0.0, foreign))


if __name__ == "__main__":
    main()
