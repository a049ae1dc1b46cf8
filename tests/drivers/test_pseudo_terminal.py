"""The simulators' end of a line."""

import os
from pathlib import Path

from drivers.pseudo_terminal import PseudoTerminal
from drivers.serial_port import PortSettings, open_port


def test_what_nobody_reads_is_lost_and_holds_nobody_up(tmp_path: Path) -> None:
    terminal = PseudoTerminal(tmp_path / "a.tty")
    for _ in range(100):
        terminal.send(bytes(4_096))
    terminal.close()


def test_every_byte_value_passes_unchanged(tmp_path: Path) -> None:
    terminal = PseudoTerminal(tmp_path / "a.tty")
    port, every = open_port(PortSettings(str(tmp_path / "a.tty"))), bytes(range(256))
    port.write(every)
    assert terminal.receive(1) == every
    terminal.send(every)
    assert port.read() + port.read() == every
    port.close()
    terminal.close()


def test_a_name_left_behind_by_a_killed_simulator_is_taken_over(tmp_path: Path) -> None:
    link = tmp_path / "a.tty"
    link.symlink_to("/dev/pts/999999")
    terminal = PseudoTerminal(link)
    assert os.path.exists(link)
    terminal.close()
    assert not os.path.lexists(link)


def test_nothing_is_received_from_a_silent_line(tmp_path: Path) -> None:
    terminal = PseudoTerminal(tmp_path / "a.tty")
    assert terminal.receive(0.01) == b""
    terminal.close()
    terminal.close()
