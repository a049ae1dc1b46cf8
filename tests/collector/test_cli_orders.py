"""`collector order`: what is signed, by whom, and what is refused before anybody signs it."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageSequence

from collector.cli_order_limits import POLICIES
from collector.home import open_home
from edge_agent.settings import POLICY_NAMES
from tests.collector.commands import BOTH, BY, Desk, registered_desk, ticketed_desk
from tests.collector.sites import PLACE
from weighbook.orders import Permit, Policy, Suspend, open_order, order_text
from weighbook.parts import Gathered, gather, whole_text
from weighbook.texts import ORDER, read_text

AT = ("--weighbridge", PLACE)
LIMITS = ("--max-trucks", 20, "--max-t", 600, "--hours", 8)
PERMIT = ("order", "permit", *AT, "--measures", "人工值守", *LIMITS)
HOUR_MS = 3_600_000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return registered_desk(tmp_path)


def opened(desk: Desk, number: int) -> tuple[object, set[str]]:
    """The arguments of an order as its deck reads it, and who signed."""
    home = open_home(desk.home)
    row = home.db.execute("SELECT message FROM orders WHERE number = ?", (number,)).fetchone()
    order, signed = open_order(row["message"], home.ring(), desk.wall.now_ms // 1000)
    home.close()
    return order.args, set(signed.signers)


def test_one_officer_closes_sales_for_some_hours(desk: Desk) -> None:
    desk.told("order", "suspend", *AT, "--reason", "欠费", "--hours", 5, *BY)
    args, signers = opened(desk, 2)
    assert args == Suspend("欠费", desk.wall.now_ms + 5 * HOUR_MS)
    assert signers == {"officer-1"}


def test_two_officers_permit_within_limits(desk: Desk) -> None:
    assert desk.refusal(*PERMIT, "--cause", "CAMERA_LOST", *BY) == "E_TWO_SIGNERS"
    desk.told(*PERMIT, "--cause", "CAMERA_LOST", "--cause", "POWER", *BOTH)
    args, signers = opened(desk, 2)
    assert args == Permit(("CAMERA_LOST", "POWER"), "人工值守", 20, 600_000)
    assert signers == {"officer-1", "officer-2"}


@pytest.mark.parametrize(
    ("cause", "code"),
    [("NONSENSE", "E_CAUSE"), ("camera_lost", "E_CAUSE"), ("SCALE_SILENT", "E_UNCOVERABLE")],
)
def test_no_permit_names_what_it_cannot_cover(desk: Desk, cause: str, code: str) -> None:
    assert desk.refusal(*PERMIT, "--cause", cause, *BOTH) == code


def test_a_release_may_name_what_a_permit_may_not(desk: Desk) -> None:
    words = ("order", "release", *AT, "--note", "已更换电缆")
    assert desk.refusal(*words, "--cause", "CABLE", *BOTH) == "E_CAUSE"
    desk.told(*words, "--cause", "SCALE_SUSPECT", *BOTH)
    desk.told("order", "approve-site", *AT, "--note", "验收合格", *BOTH)


def test_only_a_suspension_is_lifted(desk: Desk) -> None:
    desk.told("order", "suspend", *AT, "--reason", "欠费", *BY)
    lift = ("order", "lift", *AT, "--order")
    assert desk.refusal(*lift, 1, *BOTH) == "E_NO_ORDER"
    assert desk.refusal(*lift, 9, *BOTH) == "E_NO_ORDER"
    assert desk.refusal(*lift, 2, *BY) == "E_TWO_SIGNERS"
    desk.told(*lift, 2, *BOTH)


def test_the_policies_are_those_the_decks_know(desk: Desk) -> None:
    assert set(POLICIES) == POLICY_NAMES
    desk.told("order", "policy", *AT, "tolerance_kg=40", "short_ms=60000", *BOTH)
    args, _ = opened(desk, 2)
    assert args == Policy((("short_ms", 60_000), ("tolerance_kg", 40)))


@pytest.mark.parametrize(
    "text",
    ["lease_hours=96", "tolerance_kg", "tolerance_kg=", "tolerance_kg=-1", "tolerance_kg=1.5",
     "=5", "tolerance_kg=" + "9" * 99, "tolerance_kg=٣", "tolerance_kg=1 tolerance_kg=2"],
)  # fmt: skip
def test_a_policy_no_deck_would_take_is_not_signed(desk: Desk, text: str) -> None:
    assert desk.refusal("order", "policy", *AT, *text.split(), *BOTH) == "E_POLICY"


def test_a_lease_is_extended_by_two(desk: Desk) -> None:
    assert desk.refusal("order", "lease", *AT, "--hours", 96, *BY) == "E_TWO_SIGNERS"
    assert desk.refusal("order", "lease", *AT, "--hours", 721, *BOTH) == "E_USAGE"
    desk.told("order", "lease", *AT, "--hours", 96, *BOTH)
    assert "联网期限至 lease until" in desk.told("order", "show", PLACE, 2)


def test_a_slip_of_the_pen_revokes_nothing(tmp_path: Path) -> None:
    desk = ticketed_desk(tmp_path)
    revoke = ("order", "revoke", *AT, *BY)
    assert desk.refusal(*revoke) == "E_OPTIONS"
    assert desk.refusal(*revoke, "--ticket", "1" * 20) == "E_NO_TICKET"
    assert desk.refusal(*revoke, "--kid", "abcd") == "E_KID"
    assert desk.refusal(*revoke, "--kid", "00" * 8) == "E_NO_KEY"
    home = open_home(desk.home)
    number = home.db.execute("SELECT min(ticket_no) FROM tickets").fetchone()[0]
    desk.told(*revoke, "--ticket", str(number).lower())
    desk.told(*revoke, "--kid", home.key("ticket").public.kid.hex().upper())
    home.close()


def test_an_unknown_or_keyless_weighbridge_takes_no_orders(desk: Desk) -> None:
    suspend = ("order", "suspend", "--reason", "欠费", *BY, "--weighbridge")
    assert desk.refusal(*suspend, "W99") == "E_UNKNOWN"
    names = ("--enterprise", "E01", "--name-zh", "二", "--name-en", "Two", "--exception", "x")
    desk.told("weighbridge", "add", "W02", *names, *BY)
    assert desk.refusal(*suspend, "W02") == "E_NOT_ENROLLED"


def test_an_officers_missing_key_is_named(desk: Desk) -> None:
    (desk.home / "keys" / "officer-1.pem").rename(desk.folder / "away.pem")
    assert desk.refusal("order", "suspend", *AT, "--reason", "欠费", *BY) == "E_NO_KEY"


def test_an_order_is_shown_in_words(desk: Desk) -> None:
    desk.told(*PERMIT, "--cause", "CAMERA_LOST", *BOTH)
    text = desk.told("order", "show", PLACE, 2)
    facts = ("临时许可 PERMIT", "摄像头掉线 CAMERA_LOST", "人工值守", "600.000 吨 t", "尚未执行")
    assert [fact for fact in facts if fact not in text] == []
    assert "临时许可" in desk.told("order", "list")


def test_an_order_is_shown_to_programs_by_name(desk: Desk) -> None:
    desk.told(*PERMIT, "--cause", "CAMERA_LOST", *BOTH)
    (row,) = desk.rows("order", "show", PLACE, 2)
    assert row["args"]["max_kg"] == 600_000
    assert [r["number"] for r in desk.rows("order", "list", *AT)] == [1, 2]
    assert desk.refusal("order", "show", PLACE, 3) == "E_NO_ORDER"
    assert desk.refusal("order", "show", PLACE, 2**63) == "E_USAGE"


def test_an_order_travels_as_a_picture_or_a_file(desk: Desk) -> None:
    desk.told("order", "suspend", *AT, "--reason", "欠费", *BY)
    picture, copy = desk.folder / "order.png", desk.folder / "order.cbor"
    desk.told("order", "show", PLACE, 2, "--qr", picture, "--to", copy)
    (code,) = zxingcpp.read_barcodes(Image.open(picture))
    assert read_text(code.text) == (ORDER, copy.read_bytes())


def test_an_order_too_long_for_one_code_moves_or_goes_as_a_file(desk: Desk) -> None:
    for number in range(3, 18):
        desk.told("officer", "add", f"officer-{number}", "--name-zh", "张", *BY)
    show = ("order", "show", PLACE, 16)
    assert desk.refusal(*show, "--qr", desk.folder / "order.png") == "E_OVERSIZE"
    moving, copy = desk.folder / "order.gif", desk.folder / "order.cbor"
    desk.told(*show, "--qr", moving, "--to", copy)
    gathered = Gathered()
    for frame in ImageSequence.Iterator(Image.open(moving)):
        (code,) = zxingcpp.read_barcodes(frame.convert("L"))
        gathered = gather(gathered, code.text)
    assert gathered.missing == 0
    assert whole_text(gathered) == order_text(copy.read_bytes())
