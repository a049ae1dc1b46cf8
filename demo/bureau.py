"""The bureau of the demo: a collector home, worked with the commands a clerk would type."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

from collector.uscc import check_character
from demo.mine import DECK, INDICATOR, ROAD, WEIGHBRIDGE, Mine, Ports
from demo.processes import Program, command, json_lines, script

CLERK, SECOND = "wang", "li"
ENTERPRISE = "E01"
PRODUCT = "RAW"
MAX_NET_KG = 35_000
READY_S = 20
SHANGHAI = timezone(timedelta(hours=8))


class Bureau:
    """One collector home and its server."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._ports = ports
        self._server: Program | None = None
        self._mine: Mine | None = None

    def open(self) -> None:
        """Makes the home, with two officers, on the demo's ports."""
        officers = ("--officer", f"{CLERK}=王", "--officer", f"{SECOND}=李")
        command("collector", "init", str(self.home), *officers)

    def enrol(self, mine: Mine) -> None:
        """Registers the enterprise, the weighbridge with its key, and the cameras."""
        self._mine = mine
        self._set_ports(mine)
        code = "91150624MA0N0CD01"
        names = ("--name-zh", "鄂托克旗示范煤矿", "--name-en", "Otog Demonstration Mine")
        licence = ("--uscc", code + check_character(code), "--licence-no", "C1500002026")
        self._run("enterprise", "add", ENTERPRISE, *names, *licence)
        request, bundle = mine.folder / "request.cbor", mine.folder / "bundle.cbor"
        config = ("--config", str(mine.config))
        command("edge-agent", "enrol", "request", *config, "--to", str(request))
        place = ("--enterprise", ENTERPRISE, "--name-zh", "一号磅房", "--name-en", "Weighbridge 1")
        papers = ("--indicator", INDICATOR, "--certificate", "JD-2026-0417")
        files = ("--request", str(request), "--bundle", str(bundle))
        self._run("weighbridge", "add", WEIGHBRIDGE, *place, *papers, *files)
        for camera, kind in ((DECK, "DECK"), (ROAD, "ROAD")):
            self._run("camera", "add", camera, "--weighbridge", WEIGHBRIDGE, "--class", kind)
        command("edge-agent", "enrol", "accept", *config, str(bundle))

    def print_tickets(self, *, count: int) -> Path:
        """Coal tickets from stock to paper; the mine gets pictures for its drivers' phones."""
        number = ("--count", str(count))
        self._run("ticket", "stock-in", "--family", "COAL", *number, "--second", SECOND)
        self._run("ticket", "issue", "--enterprise", ENTERPRISE, *number, "--second", SECOND)
        goods = ("--product", PRODUCT, "--max-net-kg", str(MAX_NET_KG))
        self._run("ticket", "allocate", "--weighbridge", WEIGHBRIDGE, *goods, *number)
        sheet, pictures = self.folder / "tickets.pdf", self.folder / "tickets"
        for to in (sheet, pictures):
            self._collector("ticket", "print", "--weighbridge", WEIGHBRIDGE, "--to", str(to))
        assert self._mine is not None
        self._mine.tickets = sorted(pictures.glob("*.png"))
        return sheet

    def serve(self) -> None:
        """Starts broker, ingest and web, and waits until they listen."""
        log = self.folder / "collector.log"
        words = script("collector", "--home", str(self.home), "run")
        self._server = Program(words, log)
        assert self._mine is not None
        self._mine.wait(lambda: "Running" in log.read_text(encoding="utf-8"), READY_S)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def trace(self, subject: str) -> str:
        return self._collector("trace", subject)

    def reconcile(self) -> tuple[list[dict[str, object]], str]:
        """This month's findings, and the month as it is printed."""
        words = ("collector", "--home", str(self.home), "reconcile", "--month", _month())
        lines = json_lines(*words)
        printed = command(*words, allowed=(0, 1))
        return [line for line in lines if "code" in line], printed

    def export(self) -> Path:
        """This month's workbook and tables, in a new folder."""
        self._collector("export", "--month", _month(), "--to", str(self._export), allowed=(0, 1))
        return next(self._export.glob("*.xlsx"))

    def verify_export(self) -> bool:
        """Whether the export is what the collector signed; CommandFailed if not."""
        return bool(self._collector("verify", str(self._export)))

    def holds(self, seq: int) -> bool:
        """Whether every record up to `seq` is in the bureau's database."""
        with closing(sqlite3.connect(self.home / "collector.db")) as db:
            count = db.execute("SELECT count(*) FROM records WHERE seq <= ?", (seq,)).fetchone()
        return int(count[0]) == seq

    @property
    def _export(self) -> Path:
        return self.folder / f"month-{_month()}"

    def _run(self, *words: str) -> str:
        return self._collector(*words, "--by", CLERK)

    def _collector(self, *words: str, allowed: tuple[int, ...] = (0,)) -> str:
        return command("collector", "--home", str(self.home), *words, allowed=allowed)

    def _set_ports(self, mine: Mine) -> None:
        path = self.home / "collector.toml"
        text = path.read_text(encoding="utf-8")
        for before, after in (
            ("\nport = 1883", f"\nport = {self._ports.broker}"),
            ("\nagent_port = 1883", f"\nagent_port = {mine.line.port}"),
            ("\nport = 8080", f"\nport = {self._ports.web}"),
        ):
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")


def _month() -> str:
    return datetime.now(SHANGHAI).strftime("%Y-%m")
