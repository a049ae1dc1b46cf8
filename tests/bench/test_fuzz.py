"""The fuzz command: the same inputs for the same seed, and no weight that was never sent."""

import json

from click.testing import CliRunner

from bench.fuzz import Tally, _is_other, fuzz, fuzz_command
from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.reading import Weight

INPUTS = 200


def test_no_damage_around_a_frame_gives_a_weight_that_was_not_sent() -> None:
    tallies = [fuzz(protocol, INPUTS, seed=7) for protocol in PROTOCOLS.values()]
    assert [tally.protocol.name for tally in tallies if tally.wrong] == []
    assert all(tally.kinds["weights"] > INPUTS / 10 for tally in tallies)


def test_a_seed_gives_the_same_inputs_again() -> None:
    protocol = PROTOCOLS["bcd-ff"]
    assert fuzz(protocol, INPUTS, seed=3).row() == fuzz(protocol, INPUTS, seed=3).row()
    assert fuzz(protocol, INPUTS, seed=3).row() != fuzz(protocol, INPUTS, seed=4).row()


def test_a_changed_byte_that_passes_is_counted_where_nothing_protects() -> None:
    assert fuzz(PROTOCOLS["bcd-ff"], 2_000, seed=1).passed > 0
    assert fuzz(PROTOCOLS["laumas-display"], 2_000, seed=1).passed == 0


def test_another_weight_than_sent_is_seen() -> None:
    assert _is_other(Weight("20", "kg", None, None, b""), 40)
    assert not _is_other(Weight("40.0", "kg", None, None, b""), 40)
    assert isinstance(Tally(PROTOCOLS["st-gs"]).row()["passed"], int)


def test_the_command_prints_a_row_for_every_protocol() -> None:
    result = CliRunner().invoke(fuzz_command, ["--inputs", "1000", "--json"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [row["protocol"] for row in rows] == list(PROTOCOLS)
