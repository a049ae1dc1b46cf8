"""Printed tickets are read back: a sheet through a PDF reader, a picture as a phone shows it."""

import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from collector.home import Home, open_home
from collector.ticket_faces import FAMILY_TITLES, Face, face, faces, font_path, latin_path, matrix
from collector.ticket_picture import draw_picture
from collector.ticket_sheet import CODE_MM, LEAST_MODULE_MM, draw_sheets
from tests.collector.commands import BOTH, BY, Desk, ticketed_desk
from tests.collector.sites import ENTERPRISE, PLACE, Wall
from weighbook.phrase import Phrase, Refusal
from weighbook.texts import TICKET, read_text
from weighbook.tickets import open_ticket, ticket_text

DOTS_PER_INCH = 150
GOODS = ("--weighbridge", PLACE, "--product", "RAW", "--max-net-kg", 35_000)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Thirteen tickets, so that a second page begins; the last two say as much as they can."""
    desk = ticketed_desk(tmp_path_factory.mktemp("desk"))
    desk.told("ticket", "stock-in", "--count", 8, *BOTH)
    desk.told("ticket", "issue", "--enterprise", ENTERPRISE, "--count", 8, *BOTH)
    desk.told("ticket", "allocate", *GOODS, "--count", 6, *BY)
    long = ("--destination", "内蒙古自治区包头市东河区第一热电厂储煤场南门卸煤")
    desk.told("ticket", "allocate", *GOODS, "--count", 2, *long, "--plate", "蒙K12345挂", *BY)
    return desk


@pytest.fixture(scope="module")
def sheet(desk: Desk) -> Path:
    """What a clerk prints for the weighbridge."""
    path = desk.folder / "sheet.pdf"
    desk.told("ticket", "print", "--weighbridge", PLACE, "--to", path)
    return path


@pytest.fixture(scope="module")
def home(desk: Desk) -> Home:
    return open_home(desk.home, Wall(desk.wall.now_ms))


def all_faces(home: Home) -> list[Face]:
    return faces(home.db, home.config.bureau, (), weighbridge=PLACE)


def rendered(pdf: Path) -> list[Image.Image]:
    """The pages as poppler draws them, not as we do."""
    command = ["pdftoppm", "-gray", "-r", str(DOTS_PER_INCH), str(pdf), str(pdf.with_suffix(""))]
    subprocess.run(command, check=True)
    return [Image.open(path) for path in sorted(pdf.parent.glob(f"{pdf.stem}-*.pgm"))]


def ticket_numbers(home: Home, codes: list[str]) -> list[str]:
    """Which tickets the codes are, each verified as a deck would."""
    ring, at_s = home.ring(), home.now_ms() // 1000
    opened = [open_ticket(read_text(code)[1], ring, at_s) for code in codes]
    assert {ticket.weighbridge for ticket in opened} == {PLACE}
    return sorted(ticket.ticket_no for ticket in opened)


QR = zxingcpp.BarcodeFormat.QRCode


def read_codes(page: Image.Image) -> list[zxingcpp.Barcode]:
    """The QR codes alone: lines of print can look like other codes."""
    return [code for code in zxingcpp.read_barcodes(page) if code.format == QR]


def test_every_ticket_of_a_printed_sheet_verifies(sheet: Path, home: Home) -> None:
    first, second = (read_codes(page) for page in rendered(sheet))
    assert (len(first), len(second)) == (8, 5)
    codes = [code.text for code in (*first, *second)]
    assert ticket_numbers(home, codes) == [printed.ticket_no for printed in all_faces(home)]


def test_a_sheet_says_what_the_code_says_in_both_languages(sheet: Path, home: Home) -> None:
    done = subprocess.run(["pdftotext", str(sheet), "-"], capture_output=True, check=True)
    text = re.sub(r"\s", "", done.stdout.decode())
    words = ("煤炭销售票证", "COALSALESTICKET", "原煤", "rawcoal", "一号煤矿", "Mineone", "一号磅",
             "Deckone", "包头", "蒙K12345挂", "35.000吨t", "鄂托克旗能源局")  # fmt: skip
    assert [word for word in words if word not in text] == []
    assert all(printed.ticket_no in text for printed in all_faces(home))


def test_a_picture_is_read_at_the_size_of_a_phone(home: Home) -> None:
    last = all_faces(home)[-1]
    picture = draw_picture(last, font_path())
    small = picture.resize((360, 360 * picture.height // picture.width))
    (code,) = zxingcpp.read_barcodes(small)
    assert ticket_numbers(home, [code.text]) == [last.ticket_no]


def test_nothing_of_a_picture_lies_outside_it(home: Home) -> None:
    picture = draw_picture(all_faces(home)[-1], font_path())
    edges = (
        picture.crop((0, 30, 8, picture.height)),
        picture.crop((picture.width - 8, 30, picture.width, picture.height)),
        picture.crop((0, picture.height - 4, picture.width, picture.height)),
    )
    assert [edge.getcolors() for edge in edges] == [
        [(edge.width * edge.height, (255, 255, 255))] for edge in edges
    ]


def test_the_same_tickets_give_the_same_bytes(sheet: Path, home: Home) -> None:
    printed = all_faces(home)
    data = draw_sheets(printed, font_path())
    assert data == sheet.read_bytes()
    assert re.findall(rb"/(?:CreationDate|ModDate) \(D:(\d{8})", data) == [b"20200101"]
    pictures = [draw_picture(printed[0], font_path()).tobytes() for _ in range(2)]
    assert pictures[0] == pictures[1]


def test_modules_on_paper_are_large_enough_for_dirt_and_folds(home: Home) -> None:
    for printed in all_faces(home):
        modules = len(matrix(printed.text, "Q")) + 8
        assert CODE_MM / modules >= LEAST_MODULE_MM


def test_a_ticket_that_says_too_much_is_refused_on_paper(home: Home) -> None:
    crowded = all_faces(home)[0]._replace(text=TICKET + "A" * 700)
    with pytest.raises(Refusal) as refused:
        draw_sheets([crowded], font_path())
    assert refused.value.code == "E_CODE"
    assert draw_picture(crowded, font_path())


def test_a_face_shows_names_and_the_code_holds_the_message(home: Home) -> None:
    row = home.db.execute(
        "SELECT t.*, '原煤' AS product_zh, 'raw coal' AS product_en, '矿' AS seller_zh,"
        " 'mine' AS seller_en, '磅' AS deck_zh, 'deck' AS deck_en FROM tickets t"
        " WHERE message IS NOT NULL LIMIT 1"
    ).fetchone()
    printed = face(row, Phrase("局", "bureau"))
    assert printed.text == ticket_text(row["message"])
    assert printed.spaced_no.replace(" ", "") == printed.ticket_no
    assert [label.en for label, _ in printed.facts()].count("Destination") == 1
    assert printed.title == FAMILY_TITLES["COAL"]


def test_the_two_kinds_of_ticket_are_told_apart_at_a_glance(home: Home) -> None:
    coal = all_faces(home)[0]
    other = coal._replace(family="NONCOAL")
    assert coal.title != other.title
    assert coal.ink != other.ink


def test_a_machine_without_chinese_letters_says_what_to_install() -> None:
    with pytest.raises(Refusal) as refused:
        font_path(("/nowhere.ttf",))
    assert refused.value.code == "E_FONT"
    assert "fonts-droid-fallback" in refused.value.remedy.en
    assert latin_path(("/nowhere.ttf",)) is None


def test_printing_is_in_the_bureaus_log(sheet: Path, home: Home) -> None:
    line = home.db.execute("SELECT * FROM bureau_log ORDER BY id DESC LIMIT 1").fetchone()
    assert (line["action"], line["subject"], line["detail"]) == ("ticket print", sheet.name, "13")
