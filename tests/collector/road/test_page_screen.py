"""What an inspector sees and does: verdicts, plates, the next truck, scans kept and saved."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.road.page import page_of, write_page
from collector.road.scan_store import load_scans
from tests.collector.road.chromium import Browser, Tab
from tests.collector.road.conftest import clock_at
from tests.collector.road.trucks import HOUR_MS, PLATE, Road, make_road

WEEK_MS = 7 * 24 * HOUR_MS
LARGEST_PAGE_BYTES = 200 * 1024  # with a small pack


def verdict(phone: Tab) -> str:
    return str(phone.run("document.getElementById('verdict').className"))


def scan(phone: Tab, *texts: str) -> None:
    """As a keyboard scanner does it: characters, then Enter."""
    for text in texts:
        phone.type_into("typed", text)
        phone.run("document.getElementById('typing').requestSubmit()")
    phone.until(f"page.state.texts.includes({json.dumps(texts[-1])})")


def kept(phone: Tab) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = phone.run("page.state.held.rows")
    return rows


def test_a_truck_in_order_is_green_in_both_languages(phone: Tab, truck: Road) -> None:
    scan(phone, truck.slip, truck.ticket)
    said = phone.text()
    assert verdict(phone) == "good"
    for words in ("真实有效", "Genuine and in order", PLATE, "25.00 吨", "一号煤矿", "Mine one"):
        assert words in said


def test_what_is_wrong_is_red_and_said_in_both_languages(phone: Tab, truck: Road) -> None:
    scan(phone, truck.other_slip(ticket_no="1150624260001000009A"), truck.ticket)
    assert verdict(phone) == "bad"
    for words in ("有问题", "磅单与票号不同", "slip and ticket have different numbers"):
        assert words in phone.text()


def test_a_ticket_alone_is_no_green_light(phone: Tab, truck: Road) -> None:
    scan(phone, truck.ticket)
    assert verdict(phone) == "half"
    assert "有票不等于已过磅" in phone.text()


def test_the_plate_as_seen_decides_with(phone: Tab, truck: Road) -> None:
    scan(phone, truck.slip)
    phone.type_into("plate", "蒙k·12345")
    assert verdict(phone) == "good"
    phone.type_into("plate", "9")
    assert verdict(phone) == "bad"
    assert "车号与实车不符" in phone.text()


def test_the_next_truck_begins_with_its_own_code_or_with_the_button(
    phone: Tab, truck: Road
) -> None:
    scan(phone, truck.slip, truck.ticket)
    phone.type_into("plate", PLATE)
    other = truck.other_slip(net_kg=24_000)
    scan(phone, other)
    assert phone.run("page.state.texts") == [other]
    assert phone.run("document.getElementById('plate').value") == ""
    phone.click("next")
    assert verdict(phone) == "waiting"


def test_a_scanner_may_type_wherever_the_page_was_touched_last(phone: Tab, truck: Road) -> None:
    phone.run("document.activeElement.blur()")
    for sign in (*truck.slip, "\r"):
        phone.ask("Input.dispatchKeyEvent", type="keyDown", text=sign, key=sign)
    phone.until("page.state.texts.length === 1")
    assert verdict(phone) == "good"


@pytest.mark.parametrize(("later_ms", "said"), [(WEEK_MS + 1, "数据已超过一周"), (0, ""),
                                               (-2 * WEEK_MS, "手机时间早于数据时间")])  # fmt: skip
def test_data_that_is_old_and_a_clock_that_is_behind_are_said(
    browser: Browser, page_file: Path, truck: Road, later_ms: int, said: str
) -> None:
    tab = browser.open(page_file, before=clock_at(truck.now_ms + later_ms))
    warned = tab.run("document.getElementById('warnings').innerText")
    assert warned.startswith(said)
    assert bool(warned) == bool(said)
    tab.close()


def test_the_page_fits_a_narrow_phone(phone: Tab, truck: Road) -> None:
    scan(phone, truck.slip, truck.ticket)
    phone.click("scan")
    phone.run("document.getElementById('history').open = true")
    assert phone.run("document.documentElement.scrollWidth") == 360


def test_scans_are_kept_with_plate_and_finding_and_survive_the_page(
    browser: Browser, page_file: Path, truck: Road
) -> None:
    tab = browser.open(page_file, before=clock_at(truck.now_ms))
    tab.type_into("plate", "蒙K99999")
    scan(tab, truck.slip)
    tab.until("page.state.held.rows.length === 1")
    tab.ask("Page.reload")
    browser.event("Page.loadEventFired")
    tab.run("page.ready")
    (row,) = kept(tab)
    assert (row["text"], row["at_ms"]) == (truck.slip, truck.now_ms)
    assert row["note"] == "蒙K99999 E_PLATE"
    assert (row["lat_micro"], row["lon_micro"]) == (None, None)
    tab.close()


def test_one_code_scanned_twice_at_once_is_one_scan_and_later_two(phone: Tab, truck: Road) -> None:
    scan(phone, truck.slip)
    phone.click("next")
    scan(phone, truck.slip)
    assert len(kept(phone)) == 1
    phone.run(clock_at(truck.now_ms + HOUR_MS))
    phone.click("next")
    scan(phone, truck.slip)
    phone.until("page.state.held.rows.length === 2")


def test_the_next_truck_does_not_push_out_what_is_not_kept_yet(phone: Tab, truck: Road) -> None:
    other = truck.other_slip(net_kg=24_000)
    texts = json.dumps([truck.slip])[1:-1], json.dumps([other])[1:-1]
    phone.run(f"Promise.all([page.take([{texts[0]}]), page.take([{texts[1]}])])")
    assert [row["text"] for row in kept(phone)] == [truck.slip, other]


def test_the_place_is_kept_if_it_is_allowed(browser: Browser, phone: Tab, truck: Road) -> None:
    browser.ask("Browser.grantPermissions", permissions=["geolocation"],
                browserContextId=phone.context)  # fmt: skip
    phone.ask("Emulation.setGeolocationOverride", latitude=39.6, longitude=109.8, accuracy=5)
    phone.click("with-place")
    phone.until("place.now(Date.now())[0] !== null")
    scan(phone, truck.slip)
    phone.until("page.state.held.rows.length === 1")
    (row,) = kept(phone)
    assert (row["lat_micro"], row["lon_micro"]) == (39_600_000, 109_800_000)


def test_a_full_store_says_so_and_forgets_nothing(phone: Tab, truck: Road) -> None:
    phone.run("for (let n = 0; n < 5000; n++) page.state.held.rows.push({ key: n, text: 'WS1:' + n,"
              " at_ms: 0, note: '' });")  # fmt: skip
    scan(phone, truck.slip)
    assert verdict(phone) == "good"
    assert phone.run("page.state.held.rows.length") == 5_000
    assert "记录已满" in phone.text()


def test_a_browser_that_keeps_nothing_says_so_and_the_page_works_on(
    browser: Browser, page_file: Path, truck: Road
) -> None:
    broken = "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no'); } });"
    tab = browser.open(page_file, before=clock_at(truck.now_ms) + broken)
    scan(tab, truck.slip)
    assert verdict(tab) == "good"
    assert len(kept(tab)) == 1
    assert "不能保存记录" in tab.text()
    tab.close()


@pytest.fixture
def saving(browser: Browser, phone: Tab, tmp_path: Path) -> Iterator[Path]:
    """Where the phone's files go."""
    asked: dict[str, Any] = {"behavior": "allow", "downloadPath": str(tmp_path)}
    asked["eventsEnabled"] = True
    browser.ask("Browser.setDownloadBehavior", browserContextId=phone.context, **asked)
    yield tmp_path
    browser.ask("Browser.setDownloadBehavior", browserContextId=phone.context, behavior="default")


def save(browser: Browser, phone: Tab, folder: Path) -> Path:
    phone.click("save")
    while browser.event("Browser.downloadProgress")["state"] != "completed":
        pass
    (file,) = folder.glob("scans-*.json")
    return file


def test_the_saved_file_is_taken_in_by_the_bureau(
    browser: Browser, phone: Tab, saving: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    road = make_road(tmp_path_factory.mktemp("bureau"))
    road.bureau.home.db.commit()
    scan(phone, road.slip, road.ticket)
    phone.until("page.state.held.rows.length === 2")
    loaded = load_scans(road.home, save(browser, phone, saving), "officer-1")
    assert (loaded.new, loaded.known, loaded.unread) == (2, 0, 1)


def test_one_page_open_twice_saves_what_both_have_scanned(
    browser: Browser, phone: Tab, saving: Path, truck: Road
) -> None:
    """The other's scan is in the store, not in this page's memory."""
    scan(phone, truck.slip)
    phone.until("page.state.held.rows.length === 1")
    row = "{ text: 'WS1:0', at_ms: 1, note: '' }"
    phone.run(f"scans.open().then((other) => scans.keep(other, {row}, true))")
    scan(phone, truck.ticket)
    phone.until("page.state.held.rows.length === 2")
    saved = json.loads(save(browser, phone, saving).read_text(encoding="utf-8"))
    assert [row["text"] for row in saved["scans"]] == [truck.slip, "WS1:0", truck.ticket]


def test_scans_are_cleared_only_once_saved_and_confirmed(
    browser: Browser, phone: Tab, saving: Path, truck: Road
) -> None:
    scan(phone, truck.slip)
    phone.until("page.state.held.rows.length === 1")
    assert phone.run("document.getElementById('clear').disabled")
    save(browser, phone, saving)
    scan(phone, truck.ticket)
    phone.until("page.state.held.rows.length === 2")
    for is_sure, left in ((False, 2), (True, 1)):
        phone.run(f"window.confirm = () => {str(is_sure).lower()}")
        phone.click("clear")
        phone.until(f"page.state.held.rows.length === {left}")
    assert kept(phone)[0]["text"] == truck.ticket


def test_the_camera_reads_the_slip_and_then_the_ticket(phone: Tab, truck: Road) -> None:
    phone.click("scan")
    phone.until("page.state.texts.length === 2", limit_s=60)
    assert set(phone.run("page.state.texts")) == {truck.slip, truck.ticket}
    assert verdict(phone) == "good"
    assert not phone.run("camera.isOn()")


def test_a_camera_that_is_stopped_before_it_opens_stays_off(phone: Tab) -> None:
    phone.run("document.getElementById('scan').click(); document.getElementById('stop').click()")
    phone.run("new Promise((done) => setTimeout(done, 50))")
    assert not phone.run("camera.isOn()")
    assert phone.run("document.getElementById('viewfinder').hidden")


def test_without_a_camera_the_page_says_what_to_do(
    browser: Browser, page_file: Path, truck: Road
) -> None:
    none = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
    tab = browser.open(page_file, before=clock_at(truck.now_ms) + none)
    tab.click("scan")
    assert "不能用摄像头" in tab.text()
    tab.close()


def test_a_browser_with_a_reader_of_its_own_is_asked_first(
    browser: Browser, page_file: Path, truck: Road
) -> None:
    reader = (
        "window.BarcodeDetector = class {"
        " static async getSupportedFormats() { return ['qr_code']; }"
        f" async detect() {{ return [{{ rawValue: {json.dumps(truck.slip)} }}]; }} }};"
    )
    tab = browser.open(page_file, before=clock_at(truck.now_ms) + reader)
    tab.run("qr.read = () => { throw new Error('asked'); }")
    tab.click("scan")
    tab.until(f"page.state.texts.includes({json.dumps(truck.slip)})")
    tab.close()


def test_the_page_asks_for_nothing_and_lets_nothing_else_run(
    browser: Browser, phone: Tab, truck: Road
) -> None:
    scan(phone, truck.slip, truck.ticket)
    asked = [event["params"]["request"]["url"] for event in browser.events
             if event.get("method") == "Network.requestWillBeSent"]  # fmt: skip
    assert {url.split(":")[0] for url in asked} <= {"file", "blob"}
    phone.run("document.body.append(Object.assign(document.createElement('script'),"
              " { textContent: 'window.strange = 1' }))")  # fmt: skip
    assert phone.run("window.strange") is None
    assert phone.run("fetch('https://example.cn/').then(() => 'sent', () => 'not sent')") == (
        "not sent"
    )


def test_names_of_the_registry_are_only_ever_text(browser: Browser, truck: Road,
                                                  tmp_path: Path) -> None:  # fmt: skip
    hostile = "</script><img src=x onerror=window.strange=1>"
    names = {"W01": [hostile, hostile, "E01"]}
    write_page(truck.pack() | {"weighbridges": names}, tmp_path / "page.html")
    tab = browser.open(tmp_path / "page.html", before=clock_at(truck.now_ms))
    scan(tab, truck.slip)
    assert hostile in tab.text()
    assert tab.run("window.strange") is None
    tab.close()


def test_the_page_is_small_and_the_same_for_the_same_pack(truck: Road) -> None:
    page = page_of(truck.pack())
    assert len(page.encode()) < LARGEST_PAGE_BYTES
    assert page == page_of(truck.pack())
    assert "http" not in page.replace("Content-Security-Policy", "").split("<body>")[0].replace(
        "http-equiv", ""
    )
