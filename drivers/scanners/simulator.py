"""A simulated serial scanner on a pseudo-terminal; pictures it is shown are really decoded.

python -m drivers.scanners.simulator --link scanner.tty
control lines: scan TEXT | scanfile PNG | quit
"""

import argparse
import sys
from pathlib import Path

from drivers.pseudo_terminal import PseudoTerminal
from drivers.scanners.picture import read_jpeg


class ScannerSimulator:
    """A scanner in somebody's hand."""

    def __init__(self, link: Path) -> None:
        self._terminal = PseudoTerminal(link)

    def scan(self, text: bytes) -> None:
        """The scanner read this."""
        self._terminal.send(text + b"\r\n")

    def scan_file(self, picture: Path) -> bool:
        """Hold a picture before it; False if it reads nothing there."""
        codes = read_jpeg(picture.read_bytes())
        for code in codes:
            self.scan(code.text)
        return bool(codes)

    def stop(self) -> None:
        self._terminal.close()


def obey(scanner: ScannerSimulator, line: str) -> bool:
    """Carries out one control line; False ends the simulator."""
    word, _, rest = line.strip().partition(" ")
    if word == "quit":
        return False
    if word == "scan" and rest:
        scanner.scan(rest.encode())
        told = "scanned"
    elif word == "scanfile" and rest:
        told = "scanned" if _scan_file(scanner, Path(rest)) else "nothing read"
    else:
        told = "?"
    sys.stdout.write(f"{told} {rest[:60]}\n")
    sys.stdout.flush()
    return True


def _scan_file(scanner: ScannerSimulator, picture: Path) -> bool:
    try:
        return scanner.scan_file(picture)
    except OSError:
        return False


def main() -> int:
    """Scans until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--link", type=Path, required=True)
    scanner = ScannerSimulator(parser.parse_args().link)
    for line in sys.stdin:
        if not obey(scanner, line):
            break
    scanner.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
