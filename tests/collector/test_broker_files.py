"""What mosquitto is given: each account its own topics, a certificate, and no secret in clear."""

import base64
import hashlib
from pathlib import Path

import pytest
from amqtt.contexts import Action
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from collector.accounts import Account
from collector.broker_files import (
    BrokerPlan,
    acl_lines,
    known_names,
    password_line,
    write_broker_files,
    write_private,
)
from collector.broker_gate import allows
from collector.config import Broker
from collector.registry import ID_FORM
from weighbook import topics

COLLECTOR = Account("collector", "", "secret-of-the-collector")
W01 = Account("W01", "W01", "secret-of-w01")
ids = st.from_regex(ID_FORM, fullmatch=True)


def plan(folder: Path, names: tuple[str, ...] = ("broker.example", "10.0.0.7")) -> BrokerPlan:
    return BrokerPlan(folder, "0.0.0.0", names, 8883, COLLECTOR)


def rights(account: Account, verb: str) -> list[str]:
    start = f"topic {verb} "
    return [line[len(start) :] for line in acl_lines([account]) if line.startswith(start)]


@given(ids, ids)
def test_an_account_has_rights_at_its_own_topics_and_no_others(one: str, two: str) -> None:
    account = Account(one, one, "")
    for topic in (topics.records(two), topics.checkpoint(two), topics.presence(two)):
        granted = any(topic_matches_sub(right, topic) for right in rights(account, "write"))
        assert granted is (one == two)
    for topic in (topics.receipt(two), topics.order(two, 7)):
        granted = any(topic_matches_sub(right, topic) for right in rights(account, "read"))
        assert granted is (one == two)


def test_both_brokers_grant_the_same() -> None:
    for verb, action in (("write", Action.PUBLISH), ("read", Action.SUBSCRIBE)):
        assert all(allows("W01", right, action) for right in rights(W01, verb))


@given(st.text(min_size=1, max_size=40))
def test_a_password_line_proves_its_password_and_does_not_tell_it(password: str) -> None:
    line = password_line(Account("W01", "W01", password))
    user, _, stored = line.partition(":")
    _, kind, rounds, salt, digest = stored.split("$")
    again = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(rounds))
    assert (user, kind, base64.b64decode(digest)) == ("W01", "7", again)
    assert "\n" not in line


def test_the_certificate_names_every_way_the_broker_is_reached(tmp_path: Path) -> None:
    write_broker_files(plan(tmp_path), (W01,))
    server = x509.load_pem_x509_certificate((tmp_path / "server.crt").read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["broker.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.7"]


def test_the_certificate_is_the_authoritys_and_the_authoritys_key_is_nowhere(
    tmp_path: Path,
) -> None:
    write_broker_files(plan(tmp_path), ())
    ca = x509.load_pem_x509_certificate((tmp_path / "ca.crt").read_bytes())
    server = x509.load_pem_x509_certificate((tmp_path / "server.crt").read_bytes())
    server.verify_directly_issued_by(ca)
    assert [path.name for path in tmp_path.rglob("*.key")] == ["server.key"]


def test_files_written_again_lose_who_is_no_longer_registered(tmp_path: Path) -> None:
    write_broker_files(plan(tmp_path), (W01, Account("W02", "W02", "x")))
    write_broker_files(plan(tmp_path), (W01,))
    for name in ("passwords", "acl"):
        assert "W02" not in (tmp_path / name).read_text(encoding="utf-8")


def test_nobody_is_anonymous_and_nothing_is_left_to_fill_in(tmp_path: Path) -> None:
    write_broker_files(plan(tmp_path), ())
    text = (tmp_path / "mosquitto.conf").read_text(encoding="utf-8")
    assert "allow_anonymous false" in text
    assert "listener 8883 0.0.0.0" in text
    assert "$" not in text


@pytest.mark.parametrize(
    ("agent_host", "host", "expected"),
    [("b.example", "127.0.0.1", ("b.example", "127.0.0.1")), ("h", "h", ("h",))],
)
def test_a_broker_is_known_by_how_it_is_reached(
    agent_host: str, host: str, expected: tuple[str, ...]
) -> None:
    assert known_names(Broker(agent_host=agent_host, host=host)) == expected


def test_a_private_file_is_replaced_whole_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    for content in (b"one", b"two"):
        write_private(path, content)
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (content, 0o600)
    assert [item.name for item in tmp_path.iterdir()] == ["secret"]
