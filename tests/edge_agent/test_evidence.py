"""Evidence on disk: whole under its own hash, or not there."""

import os
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from edge_agent.evidence import Evidence, free_mib, write_whole

DATA = b"\xff\xd8" + bytes(range(256))


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "state" / "evidence")


def files(evidence: Evidence) -> list[Path]:
    return [path for path in evidence.folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_found_under_its_hash(evidence: Evidence) -> None:
    digest = evidence.keep(DATA)
    found = evidence.find(digest)
    assert digest == sha256(DATA).digest()
    assert found is not None
    assert (found.name, found.parent.name) == (digest.hex(), digest.hex()[:2])
    assert found.read_bytes() == DATA
    assert evidence.find(bytes(32)) is None


def test_the_same_bytes_again_are_the_same_file(evidence: Evidence) -> None:
    first = evidence.find(evidence.keep(DATA))
    assert first is not None
    before = first.stat().st_ino
    evidence.keep(DATA)
    assert (first.stat().st_ino, len(files(evidence))) == (before, 1)


def test_a_draft_left_by_a_kill_is_no_evidence_and_in_nobody_s_way(evidence: Evidence) -> None:
    path = evidence.find(evidence.keep(DATA))
    assert path is not None
    path.rename(path.with_suffix(".new"))
    path.with_suffix(".new").write_bytes(DATA[:7])
    assert evidence.find(sha256(DATA).digest()) is None
    evidence.keep(DATA)
    assert files(evidence) == [path]


def test_a_disk_that_does_not_take_it_is_an_error_and_leaves_nothing_under_the_name(
    evidence: Evidence,
) -> None:
    blocked = evidence.folder / sha256(DATA).hexdigest()[:2]
    blocked.write_bytes(b"a file where the folder should be")
    with pytest.raises(NotADirectoryError):
        evidence.keep(DATA)
    assert evidence.find(sha256(DATA).digest()) is None


def test_a_reader_sees_the_old_file_or_the_new_one_and_no_half(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_whole(path, b"0" * 9_999, durable=False)
    seen = set[bytes]()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=look, daemon=True)
    reader.start()
    for n in range(200):
        write_whole(path, b"%d" % (n % 10) * 9_999, durable=False)
    done.set()
    reader.join()
    assert {len(data) for data in seen} == {9_999}
    assert {len(set(data)) for data in seen} == {1}


@pytest.mark.parametrize("durable", [True, False])
def test_a_secret_is_written_for_us_alone(tmp_path: Path, durable: bool) -> None:
    write_whole(tmp_path / "secret", b"s", 0o600, durable=durable)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["secret"]


def test_the_free_space_is_told(tmp_path: Path) -> None:
    assert 0 < free_mib(tmp_path) < 1 << 40
    with pytest.raises(FileNotFoundError):
        free_mib(tmp_path / "absent")
