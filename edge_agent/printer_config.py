"""`[printer]`: the slip printer of the site."""

from typing import Annotated, Literal

import msgspec

from drivers.printers.escpos_slip import PrinterForm
from edge_agent.scale_config import Baud


class PrinterConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An ESC/POS printer; an empty port: none. `copies` of every slip."""

    port: str = ""
    baud: Baud = 9600
    encoding: Literal["gb18030", "gbk", "ascii"] = "gb18030"
    columns: Annotated[int, msgspec.Meta(ge=16, le=80)] = 32
    native_qr: bool = True
    qr_dots: Annotated[int, msgspec.Meta(ge=2, le=16)] = 4
    cuts: bool = True
    copies: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1

    @property
    def form(self) -> PrinterForm:
        return PrinterForm(self.encoding, self.columns, self.native_qr, self.qr_dots, self.cuts)
