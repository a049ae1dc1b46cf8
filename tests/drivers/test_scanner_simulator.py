"""A simulated scanner in somebody's hand, through a pseudo-terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno

from drivers.scanners.serial_scanner import read_codes
from drivers.scanners.simulator import ScannerSimulator, obey
from drivers.serial_port import Port, PortSettings, open_port

TEXT = "WT1:A B"


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[ScannerSimulator]:
    scanner = ScannerSimulator(tmp_path / "scanner.tty")
    yield scanner
    scanner.stop()


@pytest.fixture
def port(scanner: ScannerSimulator, tmp_path: Path) -> Iterator[Port]:
    assert scanner
    port = open_port(PortSettings(str(tmp_path / "scanner.tty")))
    yield port
    port.close()


def next_code(port: Port) -> bytes:
    return next(code for code in read_codes(port) if code is not None)


def test_what_is_scanned_is_read(scanner: ScannerSimulator, port: Port) -> None:
    scanner.scan(TEXT.encode())
    assert next_code(port) == TEXT.encode()


def test_a_picture_held_before_it_is_really_decoded(
    scanner: ScannerSimulator, port: Port, tmp_path: Path
) -> None:
    segno.make(TEXT).save(str(tmp_path / "code.png"), scale=6)
    assert obey(scanner, f"scanfile {tmp_path / 'code.png'}")
    assert next_code(port) == TEXT.encode()


def test_a_picture_without_a_code_reads_nothing(
    scanner: ScannerSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "blank.png").write_bytes(b"no picture")
    obey(scanner, f"scanfile {tmp_path / 'blank.png'}")
    obey(scanner, f"scanfile {tmp_path / 'missing.png'}")
    assert [line[:12] for line in capsys.readouterr().out.splitlines()] == ["nothing read"] * 2


def test_it_ends_when_told_and_not_by_an_unknown_word(scanner: ScannerSimulator) -> None:
    assert obey(scanner, "jump")
    assert not obey(scanner, "quit")
