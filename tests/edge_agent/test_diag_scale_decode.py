"""`diag scale decode`: the shape people script against, whatever bytes they bring."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from drivers.scales.catalogue import ALIASES, PROTOCOLS
from edge_agent.cli import program
from edge_agent.diag_scale import MAX_BYTES
from tests.drivers.scales.vectors import FIELDS, FOLDER, Vector, vectors

KEYS = ["protocol", "kind", "weight", "unit", "stable", "net", "reason", "raw"]
VECTORS = list(vectors())
TF0 = "02 2B 30 31 35 36 32 30 30 31 42 03"


def decode(protocol: str, *words: str, data: bytes = b"") -> Result:
    line = ["diag", "scale", "decode", "--protocol", protocol, *words]
    return CliRunner().invoke(program, line, input=data)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("module", sorted({vector.module for vector in VECTORS}))
def test_every_vector_is_decoded_as_written(module: str) -> None:
    for vector in VECTORS:
        if vector.module == module:
            result = decode(vector.protocol, "--json", "--hex", vector.data.hex())
            shown = [{field: row[field] for field in FIELDS} for row in rows(result)]
            assert shown == vector.expected, (FOLDER, vector)


@pytest.mark.parametrize("vector", VECTORS[::7], ids=lambda v: f"{v.protocol}-{v.data.hex()[:16]}")
def test_raw_bytes_on_standard_input_are_the_same_as_hex(vector: Vector) -> None:
    by_hex = decode(vector.protocol, "--json", "--hex", vector.data.hex(" "))
    assert decode(vector.protocol, "--json", data=vector.data).stdout == by_hex.stdout


def test_a_reading_has_its_keys_in_their_order_and_of_their_types() -> None:
    (row,) = rows(decode("st-gs", "--json", data=b"ST,GS,+0015620kg\r\n"))
    assert list(row) == KEYS
    assert row == {
        "protocol": "st-gs",
        "kind": "reading",
        "weight": "15620",
        "unit": "kg",
        "stable": True,
        "net": False,
        "reason": None,
        "raw": b"ST,GS,+0015620kg\r\n".hex().upper(),
    }


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v.protocol}-{v.data.hex()[:24]}")
def test_every_row_is_of_the_promised_shape(vector: Vector) -> None:
    for row in rows(decode(vector.protocol, "--json", data=vector.data)):
        assert list(row) == KEYS
        assert row["kind"] in ("reading", "status", "reject")
        assert (row["weight"] is not None) == (row["kind"] == "reading")
        assert row["unit"] in ("kg", "lb", "t", "g", None)
        assert {row["stable"], row["net"]} <= {True, False, None}
        assert bytes.fromhex(row["raw"]).hex().upper() == row["raw"]


def test_a_refused_frame_shows_its_bytes_and_no_weight() -> None:
    result = decode("yaohua-tf0", "--json", "--hex", TF0.replace("42 03", "43 03"))
    (row,) = rows(result)
    assert (row["kind"], row["weight"], row["reason"]) == ("reject", None, "checksum")
    assert (row["raw"], result.exit_code) == (TF0.replace(" ", "").replace("4203", "4303"), 1)


@pytest.mark.parametrize(
    "text",
    [
        TF0,
        TF0.replace(" ", ""),
        TF0.lower(),
        TF0.replace(" ", ","),
        TF0.replace(" ", ", "),
        "0x" + TF0.replace(" ", " 0x"),
        "0X" + TF0.replace(" ", ",0X"),
        f"  {TF0}\n",
    ],
)
def test_hexadecimal_is_read_however_it_was_copied(text: str) -> None:
    result = decode("yaohua-tf0", "--json", "--hex", text)
    assert [row["weight"] for row in rows(result)] == ["15620"]
    assert result.exit_code == 0


def test_several_pieces_are_decoded_each_for_itself_in_order() -> None:
    half = TF0[:17]
    result = decode("yaohua-tf0", "--json", "--hex", TF0, "--hex", half, "--hex", TF0)
    assert [row["kind"] for row in rows(result)] == ["reading", "reject", "reading"]
    assert result.exit_code == 1


@pytest.mark.parametrize("alias", sorted(ALIASES))
def test_an_alias_decodes_as_its_protocol(alias: str) -> None:
    vector = next(vector for vector in VECTORS if vector.protocol == ALIASES[alias])
    by_name = decode(vector.protocol, "--json", data=vector.data)
    assert decode(alias, "--json", data=vector.data).stdout == by_name.stdout


@pytest.mark.parametrize("text", ["0", "0x", "GG", "02 2", "０２", "02;03", "重量", "-1"])
def test_what_is_no_hexadecimal_is_refused(text: str) -> None:
    result = decode("yaohua-tf0", f"--hex={text}")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"“{text}”不是十六进制字节。")
    assert second.endswith("Write them like 02 2B 30 …. [E_HEX]")
    assert (result.exit_code, result.stdout) == (2, "")


def test_an_unknown_protocol_is_refused_with_the_known_ones() -> None:
    result = decode("nosuch", "--hex", TF0)
    first, _ = result.stderr.splitlines()
    assert "没有名为 nosuch 的协议" in first
    assert all(name in first for name in PROTOCOLS)
    assert result.exit_code == 2


def test_a_megabyte_is_decoded_and_no_byte_more() -> None:
    frame = bytes.fromhex(TF0)
    data = (frame * (MAX_BYTES // len(frame) + 1))[: MAX_BYTES + 1]
    assert decode("yaohua-tf0", "--json", data=data[:-1]).stdout.count("\n") == MAX_BYTES // 12
    refused = decode("yaohua-tf0", "--json", data=data)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.count("[E_TOO_LONG]") == 2


@pytest.mark.parametrize("data", [b"", b"\r\n", b" \0\r\n"])
def test_no_bytes_are_no_frame_and_no_success(data: bytes) -> None:
    said, scripted = decode("yaohua-tf0", data=data), decode("yaohua-tf0", "--json", data=data)
    assert "没有可解的字节" in said.stdout
    assert (said.exit_code, scripted.exit_code, scripted.stdout) == (1, 1, "")


def test_people_get_a_table_in_both_languages_with_marks_for_flags() -> None:
    shown = decode("st-gs", data=b"US,GS,+0015620kg\r\n").stdout
    assert all(word in shown for word in ("重量", "weight", "15620", "kg", "✗", "—"))
    assert "False" not in shown


@given(st.sampled_from(sorted(PROTOCOLS)), st.binary(max_size=200))
def test_no_bytes_crash_it(protocol: str, data: bytes) -> None:
    result = decode(protocol, "--json", data=data)
    assert result.exit_code in (0, 1)
    assert all(list(row) == KEYS for row in rows(result))
