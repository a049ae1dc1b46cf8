"""What is in force of each camera, shown and verified; what was altered is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge_agent.calibration_draft import Answers
from edge_agent.calibration_file import load
from tests.edge_agent.commissioning_post import ANSWERS, Post, post_at


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Its deck's camera is commissioned."""
    return post_at(tmp_path / "site").sign(ANSWERS).taken()


def rows(post: Post, code: int) -> list[dict[str, Any]]:
    result = post.run("calibration", "--json")
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def calibration_at(post: Post) -> Path:
    digest = post.papers().ledger.calibrations["deck"].in_force.digest
    path = post.evidence.find(digest)
    assert path is not None
    return path


def picture_at(post: Post) -> Path:
    papers = post.papers()
    form, _ = load(papers.shelf, papers.ledger, "deck")
    assert form is not None
    return Path(form.references[0].path)


def fault_of(post: Post) -> str:
    papers = post.papers()
    form, fault = load(papers.shelf, papers.ledger, "deck")
    assert form is None
    assert fault is not None
    return fault


def test_every_camera_is_listed_with_what_is_in_force(post: Post) -> None:
    deck, road = rows(post, 0)
    assert (deck["camera"], deck["holds"]) == ("deck", True)
    assert "278,13,155,40" in deck["areas"]
    assert (road["camera"], road["holds"]) == ("road", None)


def test_a_person_reads_it_as_a_table(post: Post) -> None:
    result = post.run("calibration", "deck")
    assert result.exit_code == 0
    assert "生效" in result.stdout
    assert "✓" in result.stdout


def test_what_awaits_approval_and_what_waits_for_the_agent_are_shown(post: Post) -> None:
    post.sign(Answers())
    assert "agent" in rows(post, 0)[1]["state"]
    states = [row["state"] for row in rows(post.taken(), 0)]
    assert [("in force" in one, "bureau" in one) for one in states[:2]] == [
        (True, False),
        (False, True),
    ]


def alter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def test_one_altered_bit_is_refused_and_shown(post: Post) -> None:
    alter(calibration_at(post))
    assert rows(post, 1)[0]["holds"] is False
    assert "altered" in fault_of(post)


def test_an_altered_reference_picture_is_refused(post: Post) -> None:
    alter(picture_at(post))
    assert "not the picture that was signed" in fault_of(post)


def test_a_calibration_or_picture_that_is_gone_is_refused(post: Post) -> None:
    picture = picture_at(post)
    picture.rename(picture.with_suffix(".away"))
    assert "missing" in fault_of(post)
    calibration_at(post).unlink()
    assert "missing" in fault_of(post)


def test_anothers_calibration_in_its_place_is_refused(post: Post) -> None:
    papers = post.papers()
    known = papers.ledger.calibrations["deck"]
    ledger = papers.ledger.calibrations.set("road", known)
    with pytest.raises(Exception, match="deck ≠ road"):
        papers.shelf.load("road", ledger["road"].in_force.digest)


def test_a_camera_that_was_never_calibrated_has_neither_form_nor_fault(post: Post) -> None:
    papers = post.papers()
    assert load(papers.shelf, papers.ledger, "road") == (None, None)
