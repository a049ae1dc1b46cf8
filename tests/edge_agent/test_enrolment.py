"""Enrolment: a key is born here and comes back named by the bureau, once, whole, for this place."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.enrolment import enrol, read_request
from edge_agent.cli import program
from edge_agent.enrolment import LARGEST_BUNDLE_BYTES, accept_bundle, make_request, read_bundle
from edge_agent.site import load_account
from tests.collector.sites import make_bureau
from tests.edge_agent.places import ACCOUNT, REGISTRY, Place, bundle, configure
from tests.edge_agent.story import AGENT, KEYS, OFFICERS, STRANGER, T0
from tests.weighbook.refusing import refused
from weighbook import cbor
from weighbook.keys import SigningKey
from weighbook.keyset import sign_keyset
from weighbook.orders import Action, Enrol, Order, Suspend, sign_order
from weighbook.phone_keys import PhoneKey
from weighbook.verdict import verify_path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A weighbridge that has made its request; its key is the stories'."""
    place = configure(tmp_path)
    place.site.folder.mkdir()
    AGENT.save(place.site.key)
    return place


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(program, ["enrol", *map(str, words)])


def enrol_order(**changes: object) -> bytes:
    args = Enrol("WB-01", "E-01", 1, AGENT.public.cose_key, T0)
    told = replace(args, **changes)  # type: ignore[arg-type]  # a test names real fields
    order = Order("WB-01", 1, bytes(32), "WB-01", Action.ENROL, 0, None, T0, told)
    return sign_order(order, OFFICERS[:1])


def test_the_request_holds_the_public_key_and_the_private_one_stays(tmp_path: Path) -> None:
    place = configure(tmp_path)
    result = run("request", "--config", place.config_file, "--to", tmp_path / "wb.request")
    fields = cbor.decode((tmp_path / "wb.request").read_bytes(), max_bytes=1_000)
    key = SigningKey.load(place.site.key)
    assert result.exit_code == 0
    phone = PhoneKey.load(place.site.phone_key)
    assert fields == {1: "WB-01", 2: key.public.cose_key, 3: "D2008", 4: phone.public}
    for path in (place.site.key, place.site.phone_key):
        assert path.stat().st_mode & 0o777 == 0o600


def test_asking_again_keeps_the_key(place: Place) -> None:
    assert make_request(place.config) == make_request(place.config)
    assert SigningKey.load(place.site.key).public == AGENT.public


def test_a_key_half_written_by_a_kill_is_made_anew(tmp_path: Path) -> None:
    place = configure(tmp_path)
    place.site.folder.mkdir()
    place.site.key.with_suffix(".new").write_bytes(b"-----BEGIN PRI")
    make_request(place.config)
    assert SigningKey.load(place.site.key)


def test_the_bundle_makes_a_book_that_verifies(place: Place, tmp_path: Path) -> None:
    (tmp_path / "wb.bundle").write_bytes(bundle())
    result = run("accept", "--config", place.config_file, tmp_path / "wb.bundle")
    assert (result.exit_code, "第 1 期" in result.stdout) == (0, True)
    assert "its book is begun" in result.stdout
    verdict = verify_path(place.site.book)
    assert (verdict.ok, verdict.records) == (True, 1)
    assert load_account(place.site) == ACCOUNT
    assert place.site.account.stat().st_mode & 0o777 == 0o600


def test_accepting_again_changes_nothing_in_the_book(place: Place) -> None:
    accept_bundle(place.config, bundle())
    place.fill(2)
    before = verify_path(place.site.book)
    accept_bundle(place.config, bundle(account=ACCOUNT.__dict__ | {"password": "new"}))
    assert verify_path(place.site.book) == before
    account = load_account(place.site)
    assert account is not None
    assert account.password == "new"


def test_a_book_is_never_begun_over_another_one(place: Place) -> None:
    accept_bundle(place.config, bundle())
    other = bundle(order=enrol_order(epoch=2))
    assert refused(lambda: accept_bundle(place.config, other)) == "E_BOOK_EXISTS"
    assert verify_path(place.site.book).records == 1


KILLED = """
import os, sys, threading
from pathlib import Path
from tests.edge_agent.places import found, bundle
from edge_agent.enrolment import accept_bundle
threading.Timer(int(sys.argv[2]) / 1000, lambda: os.kill(os.getpid(), 9)).start()
while True:
    accept_bundle(found(Path(sys.argv[1])).config, Path(sys.argv[3]).read_bytes())
    found(Path(sys.argv[1])).site.book.unlink()
"""


def test_a_kill_at_any_moment_leaves_a_whole_book_or_none(place: Place, tmp_path: Path) -> None:
    (tmp_path / "wb.bundle").write_bytes(bundle())
    for after_ms in (5, 23):
        words = [sys.executable, "-c", KILLED, str(place.folder), str(after_ms)]
        killed = subprocess.run([*words, str(tmp_path / "wb.bundle")], check=False)
        assert killed.returncode == -9
        if place.site.book.exists():
            assert verify_path(place.site.book).ok
    accept_bundle(place.config, bundle())
    assert verify_path(place.site.book).ok


@pytest.mark.parametrize(
    "changes",
    [
        {"root": STRANGER.public.cose_key},
        {"root": b"root"},
        {"keyset": sign_keyset(KEYS, STRANGER)},
        {"keyset": 5},
        {"order": enrol_order(weighbridge="WB-02")},
        {"order": enrol_order(key=STRANGER.public.cose_key)},
        {"order": sign_order(Order("WB-01", 1, bytes(32), "WB-01", Action.SUSPEND, 0, None, T0,
                                   Suspend("x")), OFFICERS[:1])},
        {"order": "order"},
        {"registry": {}},
        {"registry": REGISTRY | {"enterprise": []}},
        {"registry": "names"},
        {"account": {}},
        {"account": ACCOUNT.__dict__ | {"port": "1883"}},
        {"account": ACCOUNT.__dict__ | {"port": 0}},
        {"account": ACCOUNT.__dict__ | {"ca": "no certificate"}},
        {"account": ACCOUNT.__dict__ | {"ca": "证书"}},
        {"account": None},
    ],
)  # fmt: skip
def test_a_bundle_with_a_wrong_part_is_refused_and_leaves_no_book(
    place: Place, changes: dict[str, Any]
) -> None:
    code = refused(lambda: accept_bundle(place.config, bundle(**changes)))
    assert code is not None
    assert not place.site.book.exists()
    assert not place.site.account.exists()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_bytes_are_more_than_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    config = configure(tmp_path_factory.getbasetemp() / "bytes").config
    torn = bytearray(bundle())
    for at in data.draw(st.lists(st.integers(0, len(torn) - 1), min_size=1, max_size=3)):
        torn[at] ^= 1 << data.draw(st.integers(0, 7))
    noise = data.draw(st.binary(max_size=60) | st.just(cbor.encode([1, 2])) | st.just(bytes(torn)))
    refused(lambda: read_bundle(noise, config, AGENT.public))


def test_accepting_without_a_request_says_what_to_do_first(tmp_path: Path) -> None:
    place = configure(tmp_path)
    (tmp_path / "wb.bundle").write_bytes(bundle())
    result = run("accept", "--config", place.config_file, tmp_path / "wb.bundle")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "enrol request" in result.stderr
    assert "E_NO_KEY" in result.stderr


@pytest.mark.parametrize("content", [b"", b"noise", bytes(LARGEST_BUNDLE_BYTES + 9)])
def test_a_file_that_is_no_bundle_is_refused_in_two_sentences(
    place: Place, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "wb.bundle").write_bytes(content)
    result = run("accept", "--config", place.config_file, tmp_path / "wb.bundle")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)
    assert not place.site.book.exists()


def test_the_bureau_s_own_bundle_is_accepted(tmp_path: Path) -> None:
    """The collector's real enrolment, carried there and back."""
    place = configure(tmp_path / "bridge", "W01")
    text = place.config_file.read_text(encoding="utf-8").replace("D2008", "XK3190")
    place.config_file.write_text(text, encoding="utf-8")
    run("request", "--config", place.config_file, "--to", tmp_path / "w.request")
    bureau = make_bureau(tmp_path / "bureau")
    bureau.enrol()
    given_back = enrol(bureau.home, read_request(tmp_path / "w.request"), "officer-1")
    (tmp_path / "w.bundle").write_bytes(given_back)
    result = run("accept", "--config", place.config_file, tmp_path / "w.bundle")
    assert result.exit_code == 0, result.output
    assert verify_path(place.site.book).ok
    assert json.loads(place.site.account.read_bytes())["username"] == "W01"
