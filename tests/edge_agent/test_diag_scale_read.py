"""`diag scale read` on real pseudo-terminals: it shows what comes, sends nothing it must not, ends
with a summary whatever happens."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from drivers.scales.asking import question
from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.protocol import Said, xor_of
from edge_agent.cli import program
from tests.edge_agent.scale_speakers import hears, indicator, says

CONFIG = """weighbridge = "WB-0001"
state_dir = "{folder}/state"
[scale]
port = "{folder}/scale.tty"
protocol = "yaohua-tf0"
indicator = "D2008"
unit = "t"
[deck]
stable_ms = 100
[[camera]]
name = "deck"
source = "http://127.0.0.1:9/stream.mjpg"
"""
GROSS = b"ST,GS,+0015620kg\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Path:
    return tmp_path / "scale.tty"


def read(*words: str | Path, seconds: int = 1) -> Result:
    line = ["diag", "scale", "read", "--seconds", str(seconds), *map(str, words)]
    return CliRunner().invoke(program, line)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def read_frames(port: Path, protocol: str, *frames: bytes) -> dict[str, Any]:
    """The summary after these frames, the port pulled behind them."""
    with says(port, *frames):
        result = read(port, "--protocol", protocol, "--json", seconds=60)
    summary = rows(result)[-1]
    assert summary["lost"] == "P_VANISHED"
    return summary


def in_tonnes(digits: str) -> bytes:
    """A frame without a unit, three of its digits behind the point."""
    content = f"+{digits}3".encode()
    return b"\x02%s%02X\x03" % (content, xor_of(content))


def test_a_pipe_gets_lines_without_a_control_code_and_a_summary(port: Path) -> None:
    with indicator(port, "st-gs"):
        result = read(port, "--protocol", "st-gs")
    *lines, zh, en = result.stdout.splitlines()
    assert all("0 kg" in line and "稳定 stable | 毛重 gross" in line for line in lines[1:])
    assert result.stdout.replace("\n", "").isprintable()
    assert zh.startswith("共 ")
    assert "0 bad" in en
    assert result.exit_code == 0


def test_a_program_gets_a_row_a_second_and_a_summary(port: Path) -> None:
    with indicator(port, "yaohua-tf0") as simulator:
        simulator.weight(15_620)
        result = read(port, "--protocol", "yaohua-tf0", "--json")
    *lines, summary = rows(result)
    assert len(lines) in (1, 2)
    assert all(set(line) < set(summary) for line in lines)
    assert (summary["summary"], summary["ok"], summary["lost"]) == (True, True, None)
    assert (summary["weight"], summary["kg"], summary["unit"]) == ("15620", 15_620, None)
    assert summary["frames"] == summary["weights"] > 1
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (b"ST,GS,+0015620kg\r\n", ("15620", "kg", True, False, None)),
        (b"US,GS,-0000020kg\r\n", ("-20", "kg", False, False, None)),
        (b"ST,NT,+0015620kg\r\n", ("15620", "kg", True, True, "net")),
        (b"ST,GS,+0015.62 t\r\n", ("15.62", "t", True, False, None)),
        (b"OL,GS,+0000000kg\r\n", (None, None, None, None, "overload")),
    ],
)
def test_every_flag_is_shown_as_the_frame_has_it(
    port: Path, frame: bytes, shown: tuple[object, ...]
) -> None:
    summary = read_frames(port, "st-gs", *[frame] * 3)
    assert tuple(summary[key] for key in ("weight", "unit", "stable", "net", "reason")) == shown
    assert summary["raw"] == frame.hex().upper()


def test_what_a_protocol_does_not_say_is_null(port: Path) -> None:
    summary = read_frames(port, "yaohua-eq-forward", *[b"=00015620"] * 5)
    assert [summary[key] for key in ("unit", "stable", "net")] == [None, None, None]
    assert (summary["kg"], summary["rejects"]) == (15_620, {})


def test_the_first_frame_may_be_torn_and_is_no_fault(port: Path) -> None:
    summary = read_frames(port, "st-gs", b"0kg\r\n", *[GROSS] * 5)
    assert (summary["rejects"], summary["frames"], summary["weights"]) == ({}, 4, 4)


def test_a_frame_that_lost_a_digit_is_not_believed(port: Path) -> None:
    summary = read_frames(port, "st-gs", *[GROSS] * 4, GROSS.replace(b"6", b""))
    assert (summary["rejects"], summary["weights"], summary["kg"]) == ({"length": 1}, 3, None)


def test_bad_bytes_are_counted_by_reason_and_make_the_line_unwell(port: Path) -> None:
    good = PROTOCOLS["yaohua-tf0"].encode(Said(15_620))
    bad = good[:-3] + b"00\x03"
    with says(port, good, good, b"\xff\xfe\x1b[2J", bad, good):
        result = read(port, "--protocol", "yaohua-tf0", "--json", seconds=60)
    summary = rows(result)[-1]
    assert (summary["rejects"], summary["ok"]) == ({"checksum": 1}, False)
    assert summary["skipped"] > 0
    assert (summary["kg"], result.exit_code) == (15_620, 1)


def test_an_indicator_in_command_mode_answers_and_nothing_that_writes_is_sent(port: Path) -> None:
    with indicator(port, "yaohua-cmd") as simulator:
        simulator.weight(15_620)
        result = read(port, "--protocol", "yaohua-cmd", "--json")
    assert rows(result)[-1]["kg"] == 15_620
    assert simulator.changed == []
    assert result.exit_code == 0


def test_a_silent_indicator_is_asked_only_its_question(port: Path) -> None:
    with hears(port) as heard:
        result = read(port, "--protocol", "yaohua-cmd", "--address", "3")
    asked = question(PROTOCOLS["yaohua-cmd"], 3)
    assert asked is not None
    assert bytes(heard) == asked * (len(heard) // len(asked))
    assert len(heard) > len(asked)
    assert "[P_SILENT]" in result.stderr
    assert result.exit_code == 1


def test_silence_is_said_with_what_to_do_and_nothing_is_sent(port: Path) -> None:
    with hears(port) as heard:
        result = read(port, "--protocol", "yaohua-tf0")
    assert "还没有收到字节" in result.stdout
    assert [line[-11:] for line in result.stderr.splitlines()] == [" [P_SILENT]"] * 2
    assert (bytes(heard), result.exit_code) == (b"", 1)


def test_bytes_of_another_protocol_point_to_detection(port: Path) -> None:
    with says(port, *[GROSS] * 3):
        result = read(port, "--protocol", "yaohua-tf0", seconds=60)
    assert "运行 edge-agent diag scale detect" in result.stdout
    assert result.exit_code == 1


def test_a_port_that_vanishes_leaves_summary_picture_and_words(tmp_path: Path, port: Path) -> None:
    config, png = tmp_path / "agent.toml", tmp_path / "passage.png"
    config.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    empty, loaded = in_tonnes("000000"), in_tonnes("015620")
    with says(port, *[empty] * 3, *[loaded] * 20):
        result = read("--config", config, "--png", png, seconds=60)
    assert "共 " in result.stdout
    assert f"图 {png}：稳定重量 15,620 千克。" in result.stdout
    assert "串口在使用中消失" in result.stderr
    assert Image.open(png).size == (1280, 720)
    assert result.exit_code == 1


def test_a_picture_without_a_load_says_so_to_people_and_programs(
    tmp_path: Path, port: Path
) -> None:
    png = tmp_path / "passage.png"
    with says(port, *[GROSS.replace(b"15620", b"00000")] * 3):
        result = read(port, "--protocol", "st-gs", "--json", "--png", png, seconds=60)
    summary = rows(result)[-1]
    assert (summary["png"], summary["passage"], summary["capture_kg"]) == (str(png), False, None)
    assert png.is_file()


@pytest.mark.parametrize(
    ("words", "code", "zh"),
    [
        ((), "E_SCALE", "没有说明看哪个串口"),
        (("{port}",), "E_SCALE", "没有说明看哪个串口"),
        (("--protocol", "yaohua-tf0"), "E_SCALE", "没有说明看哪个串口"),
        (("{port}", "--protocol", "nosuch"), "E_PROTOCOL", "没有名为 nosuch 的协议"),
        (("{port}", "--protocol", "yaohua-tf0"), "P_ABSENT", "找不到串口设备"),
        (("{port}", "--protocol", "st-gs", "--line", "9E1"), "E_SCALE", "不是线路格式"),
        (("{port}", "--protocol", "yaohua-cmd", "--address", "27"), "E_SCALE", "地址不成立"),
        (("--config", "{port}"), "E_CONFIG", ""),
        (("{port}", "--config", "agent.toml"), "E_SCALE", "--config 已说明了串口"),
        (("--config", "agent.toml", "--baud", "9600"), "E_SCALE", "--config 已说明了串口"),
        (("{port}", "--protocol", "st-gs", "--png", "/nowhere/p.png"), "E_PICTURE", "无法写入图片"),
        (("{port}", "--protocol", "st-gs", "--baud", "fast"), "E_USAGE", "--baud 的值不成立"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once_in_both_languages(
    port: Path, words: tuple[str, ...], code: str, zh: str
) -> None:
    result = read(*(word.format(port=port) for word in words))
    first, second = result.stderr.splitlines()
    assert zh in first
    assert first.endswith(f"[{code}]")
    assert second.isascii() or "…" in second
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_line_may_be_set_by_hand(port: Path) -> None:
    with says(port, *[GROSS] * 3):
        words = (port, "--protocol", "st-gs", "--line", "7e1", "--baud", "4800", "--json")
        result = read(*words, seconds=60)
    assert rows(result)[-1]["kg"] == 15_620
