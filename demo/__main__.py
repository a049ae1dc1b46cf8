"""`python -m demo`: one day at one mine. Exit code 0 only if all it told came true."""

import argparse
import socket
import sys
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

from demo.afternoon import month, offline, power_cut_at_the_pc
from demo.bureau import Bureau
from demo.day import Day, play
from demo.mine import Mine, Ports
from demo.morning import (
    first_truck,
    no_ticket,
    open_sales,
    power_cut_at_camera,
    register,
    used_ticket,
)
from demo.narrator import Narrator
from demo.processes import CommandFailed
from weighbook.phrase import Phrase

CHAPTERS = (
    register,
    open_sales,
    first_truck,
    power_cut_at_camera,
    used_ticket,
    no_ticket,
    offline,
    power_cut_at_the_pc,
    month,
)


def main() -> int:
    """Plays the day in a new folder and says where everything lies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, help="新目录 / a new folder")
    to: Path | None = parser.parse_args().to
    folder = to or Path(f"demo-{datetime.now().astimezone():%Y%m%d-%H%M%S}")
    folder.mkdir(parents=True)
    folder = folder.resolve()
    say = Narrator()
    ports = free_ports()
    with ExitStack() as stack:
        bureau = Bureau(folder / "bureau", ports)
        bureau.folder.mkdir()
        stack.callback(bureau.stop)
        mine = Mine(folder / "mine", ports)
        stack.callback(mine.stop)
        try:
            took_s = play(Day(bureau, mine, say), CHAPTERS)
        except CommandFailed as failure:
            say.claim(Phrase("命令失败", "a command failed"), true=False)
            say.quote(str(failure))
            return 1
    return farewell(say, folder, took_s)


def farewell(say: Narrator, folder: Path, took_s: float) -> int:
    """Where things lie, and whether the story held."""
    say.chapter(Phrase("都在这里", "Where it all lies"))
    for what, path in (
        (Phrase("账簿", "the book"), "mine/state/book.db"),
        (Phrase("磅单", "slips"), "mine/state/slips"),
        (Phrase("票证打印页", "ticket sheets"), "bureau/tickets.pdf"),
        (Phrase("月报工作簿", "the month's workbook"), "bureau/month-*/"),
        (Phrase("能源局目录（collector --home）", "the bureau's home"), "bureau/home"),
    ):
        say.tell(Phrase(f"{what.zh}：{folder.name}/{path}", f"{what.en}: {folder.name}/{path}"))
    for broken in tuple(say.broken):
        say.claim(Phrase(f"未兑现：{broken.zh}", f"did not come true: {broken.en}"), true=False)
    if not say.broken:
        say.claim(
            Phrase(f"全部属实，用时 {took_s:.0f} 秒", f"all of it true, in {took_s:.0f} s"),
            true=True,
        )
    return 1 if say.broken else 0


def free_ports() -> Ports:
    """Ports nobody listens on now, all different."""
    with ExitStack() as stack:
        held = [
            stack.enter_context(closing(socket.create_server(("127.0.0.1", 0)))) for _ in "1234"
        ]
        broker, web, *cameras = (one.getsockname()[1] for one in held)
    return Ports(broker, web, tuple(cameras))


if __name__ == "__main__":
    sys.exit(main())
