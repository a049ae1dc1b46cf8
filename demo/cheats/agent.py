"""The agent of a place as a program of its own, and what its status file shows."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.cheats.place import Place
from demo.cheats.waiting import wait_until
from demo.processes import BIN, Program, module, script
from edge_agent.status import read_status

LIMIT_S = 60.0
REFUSED = re.compile(r"\[(E_\w+)\]")


class Agent:
    """`edge-agent run` on a place; started, stopped, killed and copied as a PC may be."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._program: Program | None = None

    def start(self, shift_ms: int = 0, env: dict[str, str] | None = None) -> None:
        """Switches the PC on. `shift_ms`: how far its clock is off."""
        run = ("edge-agent", "run", "--config", str(self.place.path))
        words = module("demo.cheats.clocked", str(shift_ms), *run[1:])
        (self.place.state / "status.json").unlink(missing_ok=True)
        log = self.place.folder / "agent.log"
        self._program = Program(words if shift_ms else script(*run), log, env)

    def stop(self) -> None:
        if self._program is not None:
            self._program.stop()
            self._program = None

    def kill(self) -> None:
        """Cuts its power."""
        assert self._program is not None
        self._program.kill()
        self._program = None

    def status(self) -> dict[str, Any]:
        return read_status(self.place.state) or {}

    def is_open(self) -> bool:
        return self.status().get("open") is True

    def causes(self) -> set[str]:
        return {cause["code"] for cause in self.status().get("causes", ())}

    def subjects(self, code: str) -> set[str]:
        causes = self.status().get("causes", ())
        return {cause["subject"] for cause in causes if cause["code"] == code}

    def told(self, since_ms: int = 0) -> list[str]:
        """The codes of what the operator was told last."""
        messages = self.status().get("messages", ())
        return [message["code"] for message in messages if message["at_ms"] >= since_ms]

    def last_words(self) -> str:
        return f"{self.place.weighbridge}: {sorted(self.causes())} {self.told()[-4:]}"

    def wait(self, come: Callable[[], bool], limit_s: float = LIMIT_S) -> float:
        return wait_until(come, limit_s, self.last_words)

    def wait_for(self, *causes: str, limit_s: float = LIMIT_S) -> str:
        """Until all these causes stand; the codes, as they are shown."""
        self.wait(lambda: self.causes() >= set(causes), limit_s)
        return " + ".join(causes)

    def wait_until_held(self) -> None:
        """Until the bureau holds everything but the newest receipts' own records."""
        place = self.place
        self.wait(lambda: place.county.held(place.weighbridge) >= place.head() - 1)

    def command(self, *words: str) -> str:
        """What `edge-agent WORDS` on this place prints, whatever its exit code."""
        command = [str(BIN / "edge-agent"), *words, "--config", str(self.place.path)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return told.stdout + told.stderr


def restore(image: Path, state: Path) -> None:
    """An old disk image is put back."""
    shutil.rmtree(state)
    shutil.copytree(image, state)
