"""`diag scale read` as a process of its own: its live screen, Ctrl-C, and a port already taken."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.serial_port import PortSettings, open_port
from terminal.cells import width_of
from tests.edge_agent.scale_speakers import hears, indicator

LIMIT_S = 20
COLUMNS = 80
XTERM = {"TERM": "xterm"}
ESCAPE = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
SHOW_CURSOR = "\x1b[?25h"
PROGRAM = (sys.executable, "-m", "edge_agent.cli", "diag", "scale", "read")


@pytest.fixture
def port(tmp_path: Path) -> Iterator[Path]:
    with indicator(tmp_path / "scale.tty", "st-gs") as simulator:
        simulator.weight(15_620)
        yield tmp_path / "scale.tty"


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """(ours, the program's) end of a terminal of 80 columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    yield ours, its
    os.close(ours)


def shown(ours: int, until: str = "") -> str:
    """What appears until that does, or until the program has ended."""
    text = b""
    while not (until and until.encode() in text):
        try:
            text += os.read(ours, 4_096)
        except OSError:  # the program has closed its end
            break
    return text.decode(errors="replace")


def test_the_live_screen_fits_and_ends_by_ctrl_c_with_the_summary(port: Path) -> None:
    words = (*PROGRAM, str(port), "--protocol", "st-gs", "--plot", "--seconds", "600")
    with terminal() as (ours, its):
        process = subprocess.Popen(words, stdout=its, stderr=its, env=os.environ | XTERM)
        os.close(its)
        live = shown(ours, until="15620 kg") + shown(ours, until=" 0 s")
        process.send_signal(signal.SIGINT)
        end = shown(ours)
    assert process.wait(LIMIT_S) == 0
    assert all(word in live for word in ("稳定 stable", "毛重 gross", "20000 kg ┤", "└──"))
    assert max(map(width_of, re.split("[\r\n]+", ESCAPE.sub("", live)))) == COLUMNS
    assert "In all " in end
    assert SHOW_CURSOR in end


def test_ctrl_c_ends_a_script_with_the_summary_row(port: Path) -> None:
    words = (*PROGRAM, str(port), "--protocol", "st-gs", "--json", "--seconds", "600")
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        last = json.loads(process.stdout.read().splitlines()[-1])
    assert ("summary" in first, last["summary"]) == (False, True)
    assert process.returncode == (0 if last["ok"] else 1)


def test_a_port_another_program_reads_is_refused_with_its_name(tmp_path: Path) -> None:
    link = tmp_path / "scale.tty"
    with hears(link):
        mine = open_port(PortSettings(str(link)))
        result = subprocess.run(
            (*PROGRAM, str(link), "--protocol", "st-gs"),
            capture_output=True,
            text=True,
            check=False,
        )
        mine.close()
    assert (result.returncode, result.stdout) == (2, "")
    assert f"({os.getpid()})" in result.stderr
    assert result.stderr.count("[P_BUSY]") == 2
