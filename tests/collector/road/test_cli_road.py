"""`collector verify-slip` and `collector road`, as inspectors and clerks type them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.cli import cli
from collector.session import Session
from tests.collector.road.trucks import PLATE, Road, make_road


@pytest.fixture
def road(tmp_path: Path) -> Road:
    return make_road(tmp_path)


def run(road: Road, *words: object) -> Result:
    return CliRunner().invoke(
        cli,
        ["--home", str(road.home.path), *map(str, words)],
        obj=Session(None, road.bureau.wall),
        catch_exceptions=False,
    )


def test_a_truck_in_order_passes(road: Road) -> None:
    told = run(road, "verify-slip", road.ticket, road.slip, "--plate", PLATE)
    assert told.exit_code == 0
    assert "✓ 真实有效" in told.stdout
    assert "净重(千克) net, kg: 25000" in told.stdout


def test_what_is_wrong_is_said_in_both_languages(road: Road) -> None:
    road.close("void")
    told = run(road, "verify-slip", road.ticket)
    assert told.exit_code == 1
    assert "E_REVOKED  票证已作废、挂失或冻结  the ticket is void, lost or frozen" in told.stdout
    row = json.loads(run(road, "verify-slip", road.ticket, "--json").stdout)
    assert (row["ok"], row["wrong"]) == (False, ["E_REVOKED"])


def test_a_slips_file_may_be_named(road: Road, tmp_path: Path) -> None:
    path = tmp_path / "1-2.txt"
    path.write_text(f"磅单 …\n{road.slip}\n", encoding="utf-8")
    assert run(road, "verify-slip", path).exit_code == 0


def test_a_pack_checks_without_the_bureau(road: Road, tmp_path: Path) -> None:
    pack = tmp_path / "pack.json"
    assert run(road, "road", "pack", "--to", pack).exit_code == 0
    row = json.loads(run(road, "verify-slip", road.ticket, "--pack", pack, "--json").stdout)
    assert row["codes"][0]["facts"]["ticket_no"] == road.number
    pack.write_text("{}", encoding="utf-8")
    refused = run(road, "verify-slip", road.ticket, "--pack", pack)
    assert "E_PACK" in refused.stderr


def test_scans_are_taken_in(road: Road, tmp_path: Path) -> None:
    path = tmp_path / "scans.json"
    path.write_text(json.dumps({"scans": [{"text": road.slip, "at_ms": road.now_ms}]}), "utf-8")
    told = run(road, "road", "scans", path, "--by", "officer-1")
    assert told.exit_code == 0
    assert "新收 1 条" in told.stdout
