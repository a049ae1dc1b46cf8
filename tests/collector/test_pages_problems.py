"""Page 8: every finding a line with a number of its own, evidence within what paper holds."""

from collector.pages import problems
from tests.collector.runs import finding, maps, run_with


def test_findings_are_numbered_in_their_order() -> None:
    found = (finding("F-W01", "W1", ("record:W1/1/5",)), finding("F-T11", "E1"))
    lines = maps(problems.page(run_with(found)))
    assert [line["no"] for line in lines] == ["202607-R1-0001", "202607-R1-0002"]
    assert (lines[0]["name"], lines[0]["severity"], lines[0]["enterprise"]) == (
        "无票过磅",
        "严重",
        "乌兰煤矿",
    )
    assert (lines[0]["measured"], lines[0]["expected"]) == ("1 张", "0 张")


def test_long_evidence_is_counted_not_lost() -> None:
    found = finding("F-W01", "W1", tuple(f"record:W1/1/{seq}" for seq in range(100)))
    (line,) = maps(problems.page(run_with((found,))))
    assert line["evidence"].count("\n") == problems.EVIDENCE_SHOWN
    assert line["evidence"].endswith("……共 100 条")


def test_a_subject_nobody_registered_has_no_enterprise() -> None:
    (line,) = maps(problems.page(run_with((finding("F-X01", "W9"),))))
    assert (line["subject"], line["enterprise"]) == ("W9", "")


def test_nothing_is_checked_before_a_person_has_checked_it() -> None:
    (line,) = maps(problems.page(run_with((finding("F-W01", "W1"),))))
    assert (line["state"], line["checked_by"]) == ("待核查", "")
