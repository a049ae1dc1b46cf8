"""What is printed on a ticket: its face, in the words of the registry, from the ledger's row.

The face shows what the code says, names beside codes; nothing on it counts that the signature does
not cover. Drawing is done next door (`ticket_sheet`, `ticket_picture`).
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import segno

from collector.config import Bureau
from collector.period import shown_briefly
from terminal.fonts import CHINESE, LATIN, PACKAGE
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import ticket_text

FAMILY_TITLES = {
    "COAL": Phrase("煤炭销售票证", "COAL SALES TICKET"),
    "NONCOAL": Phrase("非煤矿产品准销证", "NON-COAL MINERAL SALES PERMIT"),
}
FAMILY_INKS = {"COAL": (150, 28, 28), "NONCOAL": (22, 88, 62)}
QUIET_MODULES = 4

Matrix = tuple[bytes | bytearray, ...]


class Face(NamedTuple):
    """One ticket ready to draw; `text` is what the code holds."""

    ticket_no: str
    family: str
    issuer: Phrase
    product: Phrase
    enterprise: Phrase
    weighbridge: Phrase
    max_net: str
    valid_from: str
    valid_until: str
    plate: str | None
    destination: str | None
    text: str

    @property
    def title(self) -> Phrase:
        return FAMILY_TITLES[self.family]

    @property
    def ink(self) -> tuple[int, int, int]:
        return FAMILY_INKS[self.family]

    @property
    def spaced_no(self) -> str:
        """The number as people read it out: family, county, year, batch, serial, check."""
        n = self.ticket_no
        return f"{n[0]} {n[1:7]} {n[7:9]} {n[9:13]} {n[13:19]} {n[19:]}"

    def facts(self) -> tuple[tuple[Phrase, Phrase], ...]:
        """The lines of the face, top to bottom; a destination only where one was given."""
        destination = (Phrase("到达地", "Destination"), Phrase(self.destination or "", ""))
        return (
            (Phrase("矿产品", "Mineral"), self.product),
            (Phrase("销售企业", "Enterprise"), self.enterprise),
            (Phrase("限用磅房", "Weighbridge"), self.weighbridge),
            (Phrase("净重上限", "Net limit"), Phrase(self.max_net, "")),
            (Phrase("车号", "Plate"), Phrase(self.plate or "不限", "" if self.plate else "any")),
            *((destination,) if self.destination else ()),
            (Phrase("有效期起", "Valid from"), Phrase(self.valid_from, "")),
            (Phrase("有效期止", "Valid until"), Phrase(self.valid_until, "")),
        )


def font_path(paths: Sequence[str] = CHINESE) -> Path:
    """The font with Chinese glyphs; Refusal E_FONT names the package to install."""
    for path in map(Path, paths):
        if path.is_file():
            return path
    raise Refusal(
        "E_FONT",
        Phrase("本机没有可打印中文的字体。", "This machine has no font to print Chinese with."),
        Phrase(f"请安装 Debian 软件包 {PACKAGE}。", f"Install the Debian package {PACKAGE}."),
    )


def latin_path(paths: Sequence[str] = LATIN) -> Path | None:
    """A font with Latin letters, if the machine has one."""
    return next((path for path in map(Path, paths) if path.is_file()), None)


def matrix(text: str, level: str) -> Matrix:
    """The code's modules, without its quiet zone; level `Q` on paper, `M` on screens."""
    code = segno.make_qr(text, error=level, boost_error=False, mode="alphanumeric")
    found: Matrix = tuple(code.matrix)
    return found


def faces(
    db: sqlite3.Connection,
    bureau: Bureau,
    numbers: Sequence[str],
    *,
    weighbridge: str | None = None,
    batch: str | None = None,
) -> list[Face]:
    """Faces of the named tickets, or of a weighbridge's or batch's allocated ones, by number."""
    rows = db.execute(
        "SELECT t.*, p.name_zh AS product_zh, p.name_en AS product_en, e.name_zh AS seller_zh,"
        " e.name_en AS seller_en, w.name_zh AS deck_zh, w.name_en AS deck_en FROM tickets t"
        " JOIN products p USING (product) JOIN enterprises_now e ON e.enterprise = t.enterprise"
        " JOIN weighbridges_now w ON w.weighbridge = t.weighbridge WHERE t.message IS NOT NULL"
        " AND (t.ticket_no IN (SELECT value FROM json_each(:numbers))"
        "  OR t.state = 'ALLOCATED' AND (t.weighbridge = :weighbridge OR t.batch = :batch))"
        " ORDER BY t.ticket_no",
        {"numbers": json.dumps(list(numbers)), "weighbridge": weighbridge, "batch": batch},
    )
    issuer = Phrase(bureau.name_zh, bureau.name_en)
    return [face(row, issuer) for row in rows]


def face(row: sqlite3.Row, issuer: Phrase) -> Face:
    kg = int(row["max_net_kg"])
    return Face(
        ticket_no=row["ticket_no"],
        family=row["family"],
        issuer=issuer,
        product=Phrase(row["product_zh"], row["product_en"]),
        enterprise=Phrase(row["seller_zh"], row["seller_en"]),
        weighbridge=Phrase(f"{row['weighbridge']} {row['deck_zh']}", row["deck_en"]),
        max_net=f"{kg // 1000}.{kg % 1000:03d} 吨 t",
        valid_from=shown_briefly(row["not_before_s"] * 1000)[:16],
        valid_until=shown_briefly(row["expires_s"] * 1000)[:16],
        plate=row["plate"],
        destination=row["destination"],
        text=ticket_text(row["message"]),
    )
