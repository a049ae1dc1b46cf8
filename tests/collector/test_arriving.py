"""Parts of files on their way: kept for their sender, one appender at a time, not for ever."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.arriving import KEPT_S, SWEEP_EVERY_S, Arriving

CONTENT = bytes(range(256)) * 40
NAME = sha256(CONTENT).hexdigest()


@pytest.fixture
def arriving(tmp_path: Path) -> Arriving:
    return Arriving(tmp_path / "arriving")


def leave(arriving: Arriving, data: bytes, offset: int = 0) -> None:
    part = arriving.take("W01", NAME, offset)
    assert part is not None
    part.write(data)
    part.leave()


def parts(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "arriving").rglob("*") if path.is_file()]


def test_a_part_grows_with_every_transfer_until_it_is_whole(
    arriving: Arriving, tmp_path: Path
) -> None:
    leave(arriving, CONTENT[:1_000])
    leave(arriving, CONTENT[1_000:4_000], 1_000)
    assert arriving.held("W01", NAME) == 4_000
    part = arriving.take("W01", NAME, 4_000)
    assert part is not None
    part.write(CONTENT[4_000:])
    assert part.finish(tmp_path / "pictures" / NAME)
    part.leave()
    assert (tmp_path / "pictures" / NAME).read_bytes() == CONTENT
    assert parts(tmp_path) == []


def test_only_one_can_go_on_with_a_part(arriving: Arriving) -> None:
    leave(arriving, CONTENT[:1_000])
    first = arriving.take("W01", NAME, 1_000)
    assert first is not None
    assert arriving.take("W01", NAME, 1_000) is None
    first.leave()
    assert arriving.take("W01", NAME, 1_000) is not None


def test_of_two_transfers_that_break_off_the_longer_one_stays(arriving: Arriving) -> None:
    long, short = arriving.take("W01", NAME, 0), arriving.take("W01", NAME, 0)
    assert long is not None
    assert short is not None
    long.write(CONTENT[:2_000])
    short.write(CONTENT[:500])
    long.leave()
    short.leave()
    assert arriving.held("W01", NAME) == 2_000


def test_nothing_is_left_of_what_has_another_hash(arriving: Arriving, tmp_path: Path) -> None:
    part = arriving.take("W01", NAME, 0)
    assert part is not None
    part.write(b"other")
    assert not part.finish(tmp_path / "pictures" / NAME)
    assert parts(tmp_path) == []
    assert not (tmp_path / "pictures").exists()


@pytest.mark.parametrize(("age_s", "stays"), [(KEPT_S - 60, True), (KEPT_S + 60, False)])
def test_what_nobody_comes_back_for_is_swept_away(
    arriving: Arriving, tmp_path: Path, age_s: int, stays: bool
) -> None:
    leave(arriving, CONTENT[:1_000])
    (path,) = parts(tmp_path)
    Arriving(tmp_path / "arriving").sweep(path.stat().st_mtime + age_s)
    assert path.exists() is stays


def test_a_sweep_is_made_once_an_hour(arriving: Arriving, tmp_path: Path) -> None:
    arriving.sweep(1e12)
    leave(arriving, CONTENT[:1_000])
    arriving.sweep(1e12 + SWEEP_EVERY_S - 1)
    assert len(parts(tmp_path)) == 1
    arriving.sweep(1e12 + SWEEP_EVERY_S)
    assert parts(tmp_path) == []


@given(st.lists(st.tuples(st.integers(0, 12_000), st.integers(1, 4_000)), max_size=12))
def test_whoever_goes_on_anywhere_gets_the_beginning_of_the_file_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, transfers: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("arriving")
    arriving = Arriving(folder)
    for offset, length in transfers:
        part = arriving.take("W01", NAME, offset)
        if part is not None:
            part.write(CONTENT[offset : offset + length])
            part.leave()
        held = arriving.held("W01", NAME)
        path = folder / "W01" / NAME
        assert (path.read_bytes() if path.exists() else b"") == CONTENT[:held]
