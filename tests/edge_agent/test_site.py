"""One weighbridge's place: one agent at a time, and an account that is one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.site import Site, hold, keep_account, load_account
from tests.edge_agent.places import ACCOUNT
from tests.weighbook.refusing import refused

HOLDER = """
import sys
from pathlib import Path
from edge_agent.site import Site, hold
hold(Site(Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


def test_only_one_process_holds_a_place_and_a_kill_lets_go(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert refused(lambda: hold(Site(tmp_path))) == "E_RUNNING"
        other.kill()
    os.close(hold(Site(tmp_path)))


def test_an_account_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    keep_account(Site(tmp_path), ACCOUNT)
    assert load_account(Site(tmp_path)) == ACCOUNT


def test_without_an_account_records_simply_wait(tmp_path: Path) -> None:
    assert load_account(Site(tmp_path)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({"host": "a"}).encode(),
        json.dumps(ACCOUNT.__dict__ | {"port": "1883"}).encode(),
        json.dumps(ACCOUNT.__dict__ | {"port": 70_000}).encode(),
        json.dumps(ACCOUNT.__dict__ | {"host": ""}).encode(),
        json.dumps(ACCOUNT.__dict__ | {"ca": "x"}).encode(),
    ],
)
def test_a_damaged_account_is_refused(tmp_path: Path, content: bytes) -> None:
    Site(tmp_path).account.write_bytes(content)
    assert refused(lambda: load_account(Site(tmp_path))) == "E_ACCOUNT"


def test_every_file_lies_in_the_one_folder() -> None:
    site = Site(Path("/s"))
    places = (site.key, site.book, site.account, site.evidence, site.slips, site.inbox, site.cursor)
    assert {path.parent for path in places} == {Path("/s")}
    assert len(set(places)) == len(places)
