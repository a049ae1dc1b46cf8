"""Whatever is typed after whatever option, a command ends in 0, 1 or 2, never a traceback."""

from pathlib import Path

import pytest

from tests.collector.commands import BOTH, BY, Desk, ticketed_desk
from tests.collector.sites import ENTERPRISE, PLACE, USCC

NASTY = (
    "",
    "\x1b[31m",
    "a\nb",
    "\udcff",
    "e\u0301",
    "x" * 5_000,
    "'; DROP TABLE tickets --",
    "-1",
    "9" * 40,
    "½",
    "WT1:6BF",
    "WS1:" + "0" * 200,
)
NAMES = ("--name-zh", "矿", "--name-en", "Mine")
AT = ("--weighbridge", PLACE)
COMMANDS: tuple[tuple[object, ...], ...] = (
    ("enterprise", "add", "?", *NAMES, "--uscc", USCC, "--licence-no", "L", *BY),
    ("enterprise", "add", "E09", *NAMES, "--uscc", "?", "--licence-no", "?", *BY),
    ("enterprise", "add", "E09", "--name-zh", "?", "--name-en", "M", "--uscc", USCC,
     "--licence-no", "L", *BY),
    ("enterprise", "change", "?", "--capacity-t", "?", "--by", "?"),
    ("weighbridge", "add", "?", "--enterprise", ENTERPRISE, *NAMES, "--exception", "?", *BY),
    ("weighbridge", "change", PLACE, "--indicator", "?", *BY),
    ("weighbridge", "enrol", "?", "--request", "?", "--bundle", "?", *BY),
    ("camera", "add", "?", *AT, "--class", "DECK", *BY),
    ("buyer", "add", "?", *NAMES, "--uscc", USCC, "--destination", "?", *BY),
    ("officer", "add", "?", "--name-zh", "?", *BY),
    ("officer", "retire", "?", *BY),
    ("ticket", "stock-in", "--count", "?", "--paper", "?", *BOTH),
    ("ticket", "issue", "--enterprise", "?", "--count", "1", *BOTH),
    ("ticket", "issue", "--enterprise", ENTERPRISE, "--count", "?", *BOTH),
    ("ticket", "allocate", *AT, "--product", "?", "--max-net-kg", "1", "--count", "1", *BY),
    ("ticket", "allocate", *AT, "--product", "RAW", "--max-net-kg", "1", "--count", "?",
     "--plate", "?", *BY),
    ("ticket", "allocate", *AT, "--product", "RAW", "--max-net-kg", "1", "--count", "1",
     "--valid-from", "?", *BY),
    ("ticket", "void", "?", "--reason", "?", *BY),
    ("ticket", "void", "--batch", "?", "--reason", "x", *BY),
    ("ticket", "show", "?"),
    ("ticket", "balance", "--from", "?"),
    ("ticket", "cancel", "--month", "?", *BOTH),
    ("order", "suspend", "--weighbridge", "?", "--reason", "x", *BY),
    ("order", "suspend", *AT, "--reason", "?", *BY),
    ("order", "permit", *AT, "--cause", "?", "--measures", "?", "--max-trucks", "?",
     "--max-t", "1", "--hours", "1", *BOTH),
    ("order", "policy", *AT, "?", *BOTH),
    ("order", "revoke", *AT, "--ticket", "?", *BY),
    ("order", "revoke", *AT, "--kid", "?", *BY),
    ("order", "show", PLACE, "?"),
    ("trace", "?"),
    ("reconcile", "--month", "?"),
    ("?",),
    ("order", "?"),
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return ticketed_desk(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(map(str, words[:2])))
def test_nothing_typed_ends_in_a_traceback(
    desk: Desk, words: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for nasty in NASTY:
        result = desk.run(*(nasty if word == "?" else word for word in words))
        assert result.exit_code in (0, 1, 2), (nasty, result.output)
        assert "\x1b" not in result.output, nasty
        assert result.exit_code != 2 or result.stderr.count("\n") == 2, (nasty, result.stderr)
