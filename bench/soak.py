"""`soak`: how often a camera in order stops sales, per camera and week, with how sure that is.

Footage (`--media FOLDER`, else yards drawn by script) is judged by media time as fast as the
machine can, in a day's light and weather; faults planted in between show that the judge is awake.
Beside it stand fixed limits of brightness and contrast, over the same pictures.
"""

import math
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.progress import Progress
from bench.result import Aim, Growth, NotMeasured, Result
from bench.soak_camera import Part, Tally, soak
from bench.soak_day import HOUR_MS
from bench.soak_footage import DRAWN, footage_of
from bench.wishes import Wishes
from weighbook.phrase import Phrase

STOPS = Phrase("误停售，每路每周", "false stops, each camera and week")
BOUND = Phrase("误停售的 95% 上限", "their 95 % upper bound")
FIXED = Phrase("固定限值，同样画面", "fixed limits, the same pictures")
JUDGED = Phrase("判定的小时数（按画面时间）", "hours judged, by the pictures' time")
FOOTAGE = Phrase("其中真实素材的长度", "of which real footage is that long")
FOUND = Phrase("植入故障被发现", "planted faults found")
PLANTED = Phrase("植入的故障", "faults planted")
BY_CHECK = Phrase("误停售：{check}", "false stops by {check}")
NUMBER = Phrase("第几路：{names}", "camera: {names}")
STOPS_EACH = Phrase("误停售次数", "false stops")
HOURS_EACH = Phrase("判定小时数", "hours judged")
SOAKING = Phrase("判定，小时", "judging, hours")
WEEK_HOURS = 168
FILMS = ("*.mp4", "*.mkv")
MAX_PER_WEEK = 0.1
SURE = 0.95
STAGGER_HOURS = 7  # parts begin at another time of day each


@dataclass(frozen=True)
class Sizes:
    """`parts` of `hours` each, over all cameras in turn; with `seconds`, as many as time allows."""

    parts: int = 8
    hours: float = 2.0
    seconds: float | None = None
    media: Path | None = None
    workers: int = os.cpu_count() or 1


FULL = Sizes()
HOUR_S = 3_600.0


def sizes_of(wishes: Wishes) -> Sizes:
    """An hour takes as many parts as it can, each long enough for a day and a night."""
    if wishes.hour:
        return Sizes(hours=12.0, seconds=HOUR_S, media=wishes.media)
    return Sizes(media=wishes.media)


def run(_folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """Every camera in turn, on all processors."""
    cameras = cameras_of(sizes.media)
    return results(cameras, soaked(cameras, sizes, progress))


def cameras_of(media: Path | None) -> tuple[str, ...]:
    """Films of fixed cameras, and the drawn ones. Errors: NotMeasured."""
    if media is None:
        return DRAWN
    films = sorted(str(film) for kind in FILMS for film in media.glob(kind))
    found = tuple(film for film in films if footage_of(film) is not None)
    if not found:
        raise NotMeasured(f"{media}: no film of a camera that stays where it is")
    return (*found, *DRAWN)


def soaked(cameras: tuple[str, ...], sizes: Sizes, progress: Progress) -> dict[str, list[Tally]]:
    """All tallies by camera."""
    tallies: dict[str, list[Tally]] = {camera: [] for camera in cameras}
    parts = parts_of(cameras, sizes)
    running: dict[Future[Tally], str] = {}
    done = 0
    with ProcessPoolExecutor(sizes.workers, get_context("spawn")) as pool:
        while True:
            while len(running) < sizes.workers and (part := next(parts, None)) is not None:
                running[pool.submit(soak, part)] = part.camera
            if not running:
                return tallies
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                tallies[running.pop(future)].append(future.result())
                done += 1
                progress(SOAKING, int(done * sizes.hours), int(sizes.parts * sizes.hours))


def parts_of(cameras: tuple[str, ...], sizes: Sizes) -> Iterator[Part]:
    """In turn over the cameras, each at another time of day, until there are enough."""
    began, number = time.monotonic(), 0
    while _goes_on(number, time.monotonic() - began, sizes):
        hour = number * STAGGER_HOURS % 24
        length_ms = int(sizes.hours * HOUR_MS)
        yield Part(cameras[number % len(cameras)], number, hour * HOUR_MS, length_ms)
        number += 1


def _goes_on(number: int, spent_s: float, sizes: Sizes) -> bool:
    return number < sizes.parts if sizes.seconds is None else spent_s < sizes.seconds


def results(cameras: tuple[str, ...], tallies: dict[str, list[Tally]]) -> tuple[Result, ...]:
    """The whole in figures."""
    every = [tally for camera in cameras for tally in tallies[camera]]
    stops = [stop for tally in every for stop in tally.stops]
    hours = sum(tally.judged_ms for tally in every) / HOUR_MS
    weeks = hours / WEEK_HOURS
    if not weeks:
        raise NotMeasured("nothing was judged")
    fixed = sum(tally.fixed_stops for tally in every)
    checks = Counter(check for stop in stops for check in stop.checks)
    footage = [footage_of(camera) for camera in cameras]
    real_hours = sum(one.length_ms for one in footage if one is not None) / HOUR_MS
    return (
        Result("soak.stops", STOPS, "", len(stops) / weeks, FIXED, fixed / weeks,
               Aim("measured", most=MAX_PER_WEEK), growth=_each(cameras, tallies)),
        Result("soak.bound", BOUND, "", upper_bound(len(stops)) / weeks,
               FIXED, upper_bound(fixed) / weeks),
        Result("soak.hours", JUDGED, "h", hours, FOOTAGE, real_hours),
        Result("soak.planted", FOUND, "", sum(tally.found for tally in every),
               PLANTED, sum(tally.planted for tally in every), Aim("ratio", least=1.0)),
        *(Result(f"soak.stops.{check}", BY_CHECK.fill(check=check), "", count, STOPS_EACH,
                 len(stops)) for check, count in checks.most_common()),
    )  # fmt: skip


def _each(cameras: tuple[str, ...], tallies: dict[str, list[Tally]]) -> tuple[Growth, ...]:
    along = NUMBER.fill(names="、".join(Path(camera).stem for camera in cameras))
    numbered = tuple(enumerate((tallies[camera] for camera in cameras), 1))
    stops = tuple((n, float(sum(len(one.stops) for one in each))) for n, each in numbered)
    hours = tuple((n, sum(one.judged_ms for one in each) / HOUR_MS) for n, each in numbered)
    return (Growth(STOPS_EACH, "", along, stops), Growth(HOURS_EACH, "h", along, hours))


def upper_bound(events: int, sure: float = SURE) -> float:
    """The largest mean that still gives so few events with probability 1 - `sure`, exactly.

    By halving: the Poisson sum falls as the mean grows. No event: 3.0.
    """
    low, high = 0.0, 10.0 + 3 * events
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(events, middle) > 1 - sure else (low, middle)
    return high


def at_most(events: int, mean: float) -> float:
    """The probability of no more than so many events."""
    if mean <= 0:
        return 1.0
    logs = (n * math.log(mean) - mean - math.lgamma(n + 1) for n in range(events + 1))
    return math.fsum(map(math.exp, logs))
