"""The checks against the generator of traffic: honest trucks pass, cheats that show are found."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from click.testing import CliRunner

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.cheats import CHEATS
from drivers.scales.scenario import HONEST, Line
from drivers.scales.traffic import Place
from edge_agent.tamper.checks import CHECKS, SUSPECT_CODES, When
from edge_agent.tamper.limits import UNCHECKED, TamperLimits
from edge_agent.tamper.trial import Trial
from edge_agent.tamper_table import markdown, table_command, trials
from tests.edge_agent.story import SITE
from tests.test_readme import TEXT

PROTOCOL = PROTOCOLS["yaohua-tf0"]
WATCHED = replace(SITE, tamper=TamperLimits())
STAYS = 12
# Of a dozen, at least so many are found by the code that is meant for them.
SHOWS = {
    "step-by-remote": ("T_STEP", 3),
    "zero-offset": ("T_RESIDUE", 5),
    "replay": ("T_REPLAY", 4),
    "replay-shifted": ("T_REPLAY", 4),
    "replay-scaled": ("T_REPLAY", 4),
    "simulator": ("T_LIFELESS", 8),
    "axle-off": ("T_LATE", 8),
    "two-trucks": ("T_LATE", 8),
    "cable-swap": ("T_SWAP", 6),
    "grammar": ("T_GRAMMAR", 10),
    "division": ("T_DIVISION", 8),
}


@pytest.fixture(scope="module")
def line() -> tuple[Line, Trial]:
    """A weighbridge that has seen forty trucks."""
    line, trial = Line(Place(), PROTOCOL, seed=5), Trial(WATCHED)
    for _ in range(40):
        trial.play(line.honest(), PROTOCOL)
        trial.keep()
    return line, trial


def test_honest_trucks_close_no_sales(line: tuple[Line, Trial]) -> None:
    traffic, trial = line
    for _ in range(40):
        found = trial.play(traffic.honest(), PROTOCOL)
        assert not {suspicion.code for suspicion in found} & SUSPECT_CODES


@pytest.mark.parametrize("kind", SHOWS)
def test_a_cheat_that_shows_is_found_by_its_own_check(line: tuple[Line, Trial], kind: str) -> None:
    traffic, trial = line
    code, least = SHOWS[kind]
    codes = Counter[str]()
    for _ in range(STAYS):
        codes.update({one.code for one in trial.play(traffic.cheat(kind), PROTOCOL)})
    assert codes[code] >= least


def test_what_is_scaled_before_the_truck_comes_does_not_show(line: tuple[Line, Trial]) -> None:
    traffic, trial = line
    stays = [traffic.cheat("scaled-before") for _ in range(STAYS)]
    found = {one.code for stay in stays for one in trial.play(stay, PROTOCOL)}
    assert not found & SUSPECT_CODES


def test_a_seed_gives_the_same_stays_again() -> None:
    first, second = (Line(Place(), PROTOCOL, seed=3) for _ in range(2))
    assert [first.honest() for _ in range(3)] == [second.honest() for _ in range(3)]
    assert first.cheat("two-trucks") == second.cheat("two-trucks")


def test_limits_of_zero_ask_nothing(line: tuple[Line, Trial]) -> None:
    traffic, _ = line
    trial = Trial(SITE)
    assert SITE.tamper == UNCHECKED
    for kind in CHEATS:
        assert trial.play(traffic.cheat(kind), PROTOCOL) == ()


def test_every_check_is_asked_at_some_moment_and_named_once() -> None:
    assert all(check.when for check in CHECKS)
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert {when for check in CHECKS for when in check.when} == set(When)


def test_the_table_of_the_readme_is_one_the_command_makes() -> None:
    table = markdown(trials(PROTOCOL, honest=4, cheats=1, seed=1)).splitlines()
    printed = TEXT.split("<!-- tamper -->")[1].split("<!-- /tamper -->")[0]
    rows = [row for row in printed.splitlines() if row.startswith("|")]
    assert rows[:2] == table[:2]
    assert [row.split("|")[1] for row in rows] == [row.split("|")[1] for row in table]


def test_the_command_prints_a_row_for_every_kind_of_passage() -> None:
    words = ["--honest", "3", "--cheats", "1", "--json"]
    result = CliRunner().invoke(table_command, words)
    rows = [json.loads(row) for row in result.stdout.splitlines() if row.startswith("{")]
    assert result.exit_code == 0
    assert len(rows) == len(CHEATS) + 1
    assert HONEST not in CHEATS
