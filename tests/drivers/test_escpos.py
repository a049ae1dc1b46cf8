"""Slips as the bytes of an ESC/POS printer, and the printer that takes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port_lost import PortLost
from drivers.printers.escpos_slip import ASK_PAPER, PrinterForm, has_paper, slip_bytes, wrapped
from drivers.printers.printer_port import UsbPrinter
from drivers.printers.simulator import CUT, PrinterSimulator, obey, read_paper
from drivers.serial_port import PortSettings, open_port

LINES = ("磅单 WB-1-12", "net 33,680 kg")
CODE = "WS1:6BFOXN TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9"
FORM = PrinterForm()


@pytest.fixture
def printer() -> Iterator[PrinterSimulator]:
    printer = PrinterSimulator()
    yield printer
    printer.stop()


def printed(form: PrinterForm = FORM, lines: tuple[str, ...] = LINES) -> bytes:
    return slip_bytes(lines, CODE, form).split(CUT)[0]


def test_words_and_code_come_out_as_they_went_in() -> None:
    paper = read_paper(printed())
    assert paper.words.split("\n")[:2] == list(LINES)
    assert paper.codes == [CODE]


def test_a_printer_without_chinese_prints_what_it_can() -> None:
    paper = read_paper(printed(PrinterForm("ascii")))
    assert paper.words.split("\n")[:2] == ["?? WB-1-12", "net 33,680 kg"]


def test_a_printer_that_draws_no_codes_gets_a_picture() -> None:
    data = printed(PrinterForm(native_qr=False))
    assert b"\x1d(k" not in data
    assert b"\x1dv0" in data or b"\x1b*" in data or b"\x1d(L" in data


def test_without_a_cutter_nothing_is_cut() -> None:
    assert CUT not in slip_bytes(LINES, CODE, PrinterForm(cuts=False))


@given(st.text(st.characters(codec="gb18030", exclude_categories=["C"]), max_size=90),
       st.integers(16, 48))  # fmt: skip
def test_a_line_is_cut_where_the_paper_ends_and_nothing_is_lost(line: str, columns: int) -> None:
    pieces = wrapped(line, columns)
    assert "".join(pieces) == line
    widths = [sum(1 if ord(sign) < 0x2E80 else 2 for sign in piece) for piece in pieces]
    assert all(width <= columns for width in widths)


@pytest.mark.parametrize(
    ("answer", "known"), [(b"\x12", True), (b"\x72", False), (b"", None), (b"OK", None)]
)
def test_a_printer_says_whether_it_has_paper_or_nothing(answer: bytes, known: bool | None) -> None:
    assert has_paper(answer) is known


def test_the_simulator_prints_what_it_gets_over_a_real_line(printer: PrinterSimulator) -> None:
    port = open_port(PortSettings(printer.url))
    port.write(ASK_PAPER)
    assert has_paper(port.read()) is True
    port.write(slip_bytes(LINES, CODE, FORM) + slip_bytes(("two",), CODE, FORM))
    assert printer.wait(2)
    port.close()
    assert [paper.codes for paper in printer.slips] == [[CODE], [CODE]]
    assert printer.slips[1].words.startswith("two\n")


def test_the_simulator_obeys_its_control_lines(
    printer: PrinterSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert obey(printer, "paper out\n")
    assert obey(printer, "nonsense\n")
    assert not obey(printer, "quit\n")
    assert '"?"' in capsys.readouterr().out
    port = open_port(PortSettings(printer.url))
    port.write(ASK_PAPER)
    assert has_paper(port.read()) is False
    port.close()


def test_a_usb_printer_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PortLost) as lost:
        UsbPrinter(tmp_path / "lp0")
    assert lost.value.code == "P_ABSENT"


def test_a_usb_printer_is_written_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    path.touch()
    port = UsbPrinter(path)
    port.write(b"slip")
    port.close()
    assert path.read_bytes() == b"slip"
