"""Settings are read once, and whatever does not fit is refused with its place."""

from pathlib import Path

import msgspec
import pytest

from collector.buckets import read_buckets
from collector.config import Config, load_config
from collector.home import CONFIG_SAMPLE
from weighbook.phrase import Refusal

SECTIONS = [field.name for field in msgspec.structs.fields(Config)]


def refusal(folder: Path, text: str | bytes) -> Refusal:
    path = folder / "collector.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(Refusal) as refused:
        load_config(path)
    assert refused.value.code == "E_CONFIG"
    return refused.value


@pytest.mark.parametrize("section", SECTIONS)
def test_an_unknown_option_is_refused_with_its_place(tmp_path: Path, section: str) -> None:
    one = "[[notify]]\nname = 'duty'\nurl = 'http://x'" if section == "notify" else f"[{section}]"
    what = refusal(tmp_path, f"{one}\nspeling = 1\n").what
    for told in what:
        assert "speling" in told
        assert f"$.{section}" in told


def test_an_unknown_section_is_refused_with_its_name(tmp_path: Path) -> None:
    assert "webb" in refusal(tmp_path, "[webb]\nport = 1\n").what.zh


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[bureau]\ncounty = '15062'", "$.bureau.county"),
        ("[bureau]\ncounty = '15062X'", "$.bureau.county"),
        ("[broker]\nmode = 'embeded'", "$.broker.mode"),
        ("[broker]\nport = 70000", "$.broker.port"),
        ("[broker]\nport = '1883'", "$.broker.port"),
        ("[broker]\ntls = 1", "$.broker.tls"),
        ("[ingest]\ninbox_messages = 0", "$.ingest.inbox_messages"),
        ("[ingest]\nlargest_payload_bytes = 1024", "$.ingest.largest_payload_bytes"),
        ("[ingest]\nlease_hours = -1", "$.ingest.lease_hours"),
        ("[ingest]\nsilence_s = 1.5", "$.ingest.silence_s"),
        ("[web]\nport = 0", "$.web.port"),
        ("[tickets]\nlargest_batch = 0", "$.tickets.largest_batch"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str
) -> None:
    assert place in refusal(tmp_path, text).what.en


@pytest.mark.parametrize("text", ["[broker", "= 1", b"\xff\xfe", "a = 1\na = 2"])
def test_what_is_no_toml_is_a_refusal(tmp_path: Path, text: str | bytes) -> None:
    refusal(tmp_path, text)


def test_a_missing_file_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="E_CONFIG"):
        load_config(tmp_path / "nowhere.toml")


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_bytes(b"")
    assert load_config(tmp_path / "empty.toml") == Config()


def test_every_option_of_the_sample_stands_below_a_comment() -> None:
    since_comment = 9
    for line in CONFIG_SAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "[")):
            since_comment = 0 if line.startswith("#") else 9
        elif line:
            since_comment += 1
            assert since_comment <= 2, line


def test_the_buckets_of_the_sample_are_all_of_them() -> None:
    assert read_buckets(Config().ingest.buckets) == frozenset(range(64))
