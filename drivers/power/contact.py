"""A relay contact on an input of a Modbus-RTU board: closed, or open. Reads, and cannot write.

    ask      addr 02 input(2) 0001 crc(2)
    answer   addr 02 01 state crc(2)          error: addr 82 code crc(2)

A mains relay holds the contact closed while there is mains power, so that a cut wire, like a dead
relay, reads as power lost. Inputs count from 1 here, from 0 on the line. 9600 8N1 usual. Integrity:
checksum. Source: data sheets of RS-485 boards with relays and inputs; Modbus application protocol
6.2. Confidence: documented.
"""

import re
import time
from collections.abc import Callable

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU
from pymodbus.pdu.bit_message import ReadDiscreteInputsRequest, ReadDiscreteInputsResponse

from drivers.serial_port import Port, PortLost

READ_INPUTS = 2
MAX_INPUT = 64
ANSWER_S = 1.0
MAX_HEARD_BYTES = 256
RTU = FramerRTU(DecodePDU(is_server=False))
NO_ANSWER, REFUSED = "C_SILENT", "C_REFUSED"


class ContactFailed(Exception):
    """It is not known whether the contact is closed; `code` is one of power_words."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Contact:
    """One input of one board. Its port stays open until a question fails."""

    def __init__(self, opener: Callable[[], Port], address: int, number: int) -> None:
        self._opener = opener
        self._address = address
        self._number = number
        self._port: Port | None = None

    def is_closed(self) -> bool:
        """Asked now. Errors: ContactFailed."""
        try:
            if self._port is None:
                self._port = self._opener()
            return self._ask(self._port)
        except PortLost as lost:
            self.close()
            raise ContactFailed(lost.code, lost.detail) from None
        except ContactFailed:
            self.close()
            raise

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _ask(self, port: Port) -> bool:
        port.discard()
        port.write(question(self._address, self._number))
        heard, until_s = b"", time.monotonic() + ANSWER_S
        while time.monotonic() < until_s:
            heard = (heard + port.read())[-MAX_HEARD_BYTES:]
            state = read_answer(heard, self._address)
            if state is not None:
                return state
        raise ContactFailed(NO_ANSWER, heard.hex())


def question(address: int, number: int) -> bytes:
    """Asks a board for one input. Errors: ValueError."""
    if not 1 <= number <= MAX_INPUT:
        raise ValueError(f"input {number}")
    pdu = ReadDiscreteInputsRequest(address=number - 1, count=1).encode()
    return bytes(RTU.encode(bytes((READ_INPUTS,)) + pdu, address, 0))


def answer(address: int, *, closed: bool) -> bytes:
    """What a board says."""
    pdu = ReadDiscreteInputsResponse(bits=[closed]).encode()
    return bytes(RTU.encode(bytes((READ_INPUTS,)) + pdu, address, 0))


def read_answer(heard: bytes, address: int) -> bool | None:
    """The first whole answer of that board; None before there is one. Errors: ContactFailed."""
    said, failed = bytes((address, READ_INPUTS, 1)), bytes((address, READ_INPUTS | 0x80))
    for found in re.finditer(rb"(?=(%s[\s\S]{3}))" % re.escape(said), heard):
        if _is_whole(found[1]):
            return bool(found[1][3] & 1)
    for found in re.finditer(rb"(?=(%s[\s\S]{3}))" % re.escape(failed), heard):
        if _is_whole(found[1]):
            raise ContactFailed(REFUSED, f"code {found[1][2]}")
    return None


def _is_whole(frame: bytes) -> bool:
    return bool(FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big")))
