"""How well the page reads beside zxing-cpp, on the same pictures: a table, by size and slant.

`python -m tests.collector.road.read_rates [SEEDS]` prints it, with what one judgement takes.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import zxingcpp

from collector.road.page import write_page
from tests.collector.road.chromium import Tab, chromium
from tests.collector.road.pictures import Shot, code_of, photograph, write_film
from tests.collector.road.test_page_reading import text_of, timed
from tests.collector.road.trucks import Road, make_road

SIZES, TILTS = (1.7, 2, 2.5, 3, 4, 6), (0, 20, 40, 55)
FRAME = Shot(size=(1_280, 720), tilt=15)
TROUBLES = {
    "blur 1.2 px": replace(FRAME, blur=1.2),
    "blur 1.6 px": replace(FRAME, blur=1.6),
    "blur 2.0 px": replace(FRAME, blur=2.0),
    "noise 25": replace(FRAME, noise=25),
    "noise 40": replace(FRAME, noise=40),
    "greys 105-135": replace(FRAME, low=105, high=135),
    "greys 200-235": replace(FRAME, low=200, high=235),
    "greys 10-45": replace(FRAME, low=10, high=45),
    "shade 0.85": replace(FRAME, shade=0.85),
    "bend 1 module": replace(FRAME, bend=1),
    "bend 2 modules": replace(FRAME, bend=2),
    "mirror": replace(FRAME, mirrored=True),
}
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
JUDGED = """((texts, times) => {
  const ring = envelope.ringOf(FACTS.pack);
  const begin = performance.now();
  for (let n = 0; n < times; n++) check.checkTruck(texts, FACTS.pack, ring, FACTS.pack.made_ms);
  return (performance.now() - begin) / times;
})"""


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        road = make_road(folder / "road")
        write_page(road.pack(), folder / "page.html")
        write_film(folder / "film.mjpeg", (road.slip,))
        with chromium(folder / "profile", folder / "film.mjpeg") as browser:
            desk = browser.open(folder / "page.html")
            for line in table(desk, road, folder / "page.html", seeds):
                click.echo(line)


def table(desk: Tab, road: Road, page: Path, seeds: int) -> Iterator[str]:
    yield f"page: {page.stat().st_size / 1024:.0f} KiB"
    for name, texts in (("slip", [road.slip]), ("slip and ticket", [road.slip, road.ticket])):
        yield f"{name} judged: {desk.call(JUDGED, texts, 20):.1f} ms"
    yield f"read of {2 * seeds} pictures: page / zxing-cpp (page's ms, mean)"
    for size in SIZES:
        shots = {tilt: replace(FRAME, module=size, tilt=tilt) for tilt in TILTS}
        cells = (f"{tilt:>4}°: {rate(desk, shot, seeds)}" for tilt, shot in shots.items())
        yield f"{size:>4} px " + "".join(cells)
    for name, shot in TROUBLES.items():
        yield f"{name:>16}: {rate(desk, shot, seeds)}"


def rate(desk: Tab, shot: Shot, seeds: int) -> str:
    ours = theirs = 0
    took_ms = []
    for seed in range(seeds):
        for level in "mq":
            text = text_of(seed)
            picture = photograph(code_of(text, level), replace(shot, seed=seed))
            texts, ms = timed(desk, picture, 2_000)
            ours += text in texts
            took_ms.append(ms)
            found = zxingcpp.read_barcodes(picture, formats=QR)
            theirs += text in [code.text for code in found if code.valid]
    return f"{ours:>3} /{theirs:>3} ({sum(took_ms) / len(took_ms):4.0f})  "


if __name__ == "__main__":
    main()
