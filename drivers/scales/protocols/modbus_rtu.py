"""Modbus-RTU transmitters, through pymodbus's frames; the port stays ours.

    ask      addr  03|04  first(2)  count(2)  crc(2)
    answer   addr  03|04  bytes     words     crc(2)       error: addr 83h|84h code crc

What the words mean is in a `RegisterMap`; those of manuals are in `transmitters`, and a site may
write its own. Only functions 3 and 4 are sent; 5, 6, 15, 16, 22 and 23 write (on D2008
23 into register 1 zeroes it).
9600 8N1 usual. Integrity: checksum. Source: manuals of ID551PN, PR5410, CI-600D, field programs for
D2008 and Xinheng. Confidence: one source each; addresses count from 0 here, manuals often from 1.
"""

import re
from functools import partial

from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
    ReadInputRegistersResponse,
)

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status
from drivers.scales.register_map import RegisterMap, read_words, write_words
from drivers.scales.transmitters import KNOWN

ASKED = {3: ReadHoldingRegistersRequest, 4: ReadInputRegistersRequest}
ANSWERED = {3: ReadHoldingRegistersResponse, 4: ReadInputRegistersResponse}
WRITES = re.compile(rb"^[\x01-\xf7][\x05\x06\x0f\x10\x16\x17]", re.DOTALL)
ASK_BYTES = 8
FAILED = 0x80
PDUS = DecodePDU(is_server=False)
RTU = FramerRTU(PDUS)


def decode(frame: bytes, registers: RegisterMap) -> Reading:
    """One answer, or one question overheard."""
    content, check = frame[:-2], int.from_bytes(frame[-2:], "big")
    if not FramerRTU.check_CRC(content, check):
        return Reject("checksum", frame)
    if frame[1] & FAILED:
        return Status("refused", frame)
    if len(frame) == ASK_BYTES and frame[2:6] == _place(registers):
        return Status("read_weight", frame)
    try:
        answer = PDUS.decode(content[1:])
    except ModbusException:
        return Reject("layout", frame)
    if answer is None or len(answer.registers) != registers.count:
        return Reject("layout", frame)
    return read_words(registers, list(answer.registers), frame)


def ask(address: int, registers: RegisterMap) -> bytes:
    """Asks a unit for the block."""
    request = ASKED[registers.function](address=registers.first, count=registers.count)
    pdu = bytes((registers.function,)) + request.encode()
    return bytes(RTU.encode(pdu, address, 0))


def encode(said: Said, registers: RegisterMap) -> bytes:
    """The answer for that weight; nothing out of range where the map has no word for it."""
    told = {bit.meaning for bit in registers.bits}
    if (said.overload and "overload" not in told) or (said.underload and "underload" not in told):
        return b""
    answer = ANSWERED[registers.function](registers=write_words(registers, said))
    pdu = bytes((registers.function,)) + answer.encode()
    return bytes(RTU.encode(pdu, said.address, 0))


def frames(registers: RegisterMap) -> re.Pattern[bytes]:
    """Answers with that many words, errors, and the question itself."""
    function, size = registers.function, 2 * registers.count
    answer = rb"%s%s[\s\S]{%d}" % (_exactly(function), _exactly(size), size + 2)
    failed = rb"%s[\x01-\x0b][\s\S]{2}" % _exactly(function | FAILED)
    asked = _exactly(function) + re.escape(_place(registers)) + rb"[\s\S]{2}"
    return re.compile(rb"[\x01-\xf7](?:%s|%s|%s)" % (asked, answer, failed))


def protocol(name: str, title: tuple[str, str], registers: RegisterMap) -> ScaleProtocol:
    """The protocol of a transmitter with that map."""
    return ScaleProtocol(
        name=name,
        title=title,
        line=Line(),
        integrity="checksum",
        frame=frames(registers),
        decode=partial(decode, registers=registers),
        encode=partial(encode, registers=registers),
        ask=partial(ask, registers=registers),
        writes=WRITES,
    )


def _place(registers: RegisterMap) -> bytes:
    return registers.first.to_bytes(2, "big") + registers.count.to_bytes(2, "big")


def _exactly(byte: int) -> bytes:
    return re.escape(bytes((byte,)))


PROTOCOLS = tuple(
    protocol(name, (f"{zh} Modbus", f"{en}, Modbus"), registers)
    for name, (zh, en, registers) in KNOWN.items()
)
