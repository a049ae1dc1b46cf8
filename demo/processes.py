"""The programs of the demo, each started as a user would start it and ended when the demo ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

STOP_S = 8
COMMAND_S = 120
BIN = Path(sys.executable).parent


class CommandFailed(Exception):
    """A product command of the story ended with an exit code the story does not allow."""


def command(*words: str, allowed: tuple[int, ...] = (0,)) -> str:
    """Runs one of the product's commands and gives what it printed.

    Errors: CommandFailed when its exit code is not in `allowed`.
    """
    result = subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )
    if result.returncode not in allowed:
        raise CommandFailed(f"{' '.join(words)} → {result.returncode}\n{result.stderr}")
    return result.stdout


def json_lines(*words: str, allowed: tuple[int, ...] = (0, 1)) -> list[dict[str, object]]:
    """Runs a command with --json and gives its lines."""
    printed = command(*words, "--json", allowed=allowed)
    return [json.loads(line) for line in printed.splitlines() if line.strip()]


class Program:
    """One long-running program; simulators take control lines on standard input."""

    def __init__(self, words: list[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self._log: IO[bytes] = log.open("ab")
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )

    def say(self, line: str) -> None:
        """One control line to a simulator."""
        stdin = self._process.stdin
        assert stdin is not None
        stdin.write(f"{line}\n".encode())
        stdin.flush()

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Cuts its power: SIGKILL to it and everything it started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_S)

    def stop(self) -> int:
        """Asks it to end (SIGTERM), waits a bounded time, gives its exit code."""
        if self.alive():
            self._process.terminate()
        try:
            code = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
            code = -signal.SIGKILL
        self._log.close()
        return code


def module(name: str, *words: str) -> list[str]:
    """The command line of one of our modules."""
    return [sys.executable, "-m", name, *words]


def script(name: str, *words: str) -> list[str]:
    """The command line of one of our commands."""
    return [str(BIN / name), *words]
