"""The picture upload: stored under its hash or not at all, for accounts of the registry only."""

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from starlette.types import Message

from collector import schema
from collector.arriving import Arriving
from collector.pictures import PictureStore, Quota, add_pictures, read_bounded
from collector.thumbnails import size_in
from tests.collector.test_thumbnails import picture

PICTURE = b"\xff\xd8" + bytes(range(256)) * 64
NAME = hashlib.sha256(PICTURE).hexdigest()
LARGEST_BYTES = 64 * 1024


def make_app(folder: Path, day_bytes: int = 1 << 30, largest_bytes: int = 64 * 1024) -> FastAPI:
    database = folder / "collector.db"
    db = schema.connect(database)
    schema.create_tables(db)
    db.execute("INSERT INTO mqtt_accounts VALUES ('W01', 'W01', 'secret', 0)")
    db.close()
    app = FastAPI()
    store = PictureStore(folder / "pictures", largest_bytes)
    quota = Quota(lambda: 0, day_bytes)
    add_pictures(app, store, lambda: schema.connect(database, read_only=True), quota)
    return app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(make_app(tmp_path)) as client:
        client.auth = httpx.BasicAuth("W01", "secret")
        yield client


def files_in(folder: Path) -> list[str]:
    return [path.name for path in (folder / "pictures").rglob("*") if path.is_file()]


def test_a_picture_comes_back_as_it_was_sent(client: TestClient) -> None:
    assert client.put(f"/pictures/{NAME}", content=PICTURE).status_code == 201
    assert client.get(f"/pictures/{NAME}").content == PICTURE


def test_head_tells_what_is_there(client: TestClient) -> None:
    assert client.head(f"/pictures/{NAME}").status_code == 404
    client.put(f"/pictures/{NAME}", content=PICTURE)
    assert client.head(f"/pictures/{NAME}").status_code == 200


def test_sending_twice_changes_nothing(client: TestClient, tmp_path: Path) -> None:
    client.put(f"/pictures/{NAME}", content=PICTURE)
    assert client.put(f"/pictures/{NAME}", content=PICTURE).status_code == 204
    assert files_in(tmp_path) == [NAME]


def test_content_with_another_hash_is_refused_and_leaves_nothing(
    client: TestClient, tmp_path: Path
) -> None:
    assert client.put(f"/pictures/{NAME}", content=PICTURE + b"!").status_code == 422
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_picture_is_refused(
    client: TestClient, tmp_path: Path, *, chunked: bool
) -> None:
    content = bytes(LARGEST_BYTES + 1)
    body = iter([content]) if chunked else content
    assert client.put(f"/pictures/{NAME}", content=body).status_code == 413
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("name", ["x", NAME.upper(), NAME + "0", "..%2F..%2Fcollector.db"])
def test_only_a_hash_is_a_name(client: TestClient, name: str) -> None:
    assert client.put(f"/pictures/{name}", content=PICTURE).status_code in (404, 405)
    assert client.get(f"/pictures/{name}").status_code == 404


@pytest.mark.parametrize("account", [("W01", "wrong"), ("W02", "secret"), ("", "")])
def test_only_accounts_of_the_registry_may_send_or_look(
    client: TestClient, account: tuple[str, str]
) -> None:
    client.auth = httpx.BasicAuth(*account)
    assert client.put(f"/pictures/{NAME}", content=PICTURE).status_code == 401
    assert client.head(f"/pictures/{NAME}").status_code == 401


def test_a_weighbridge_cannot_fill_the_disk_in_a_day(tmp_path: Path) -> None:
    with TestClient(make_app(tmp_path, day_bytes=len(PICTURE))) as client:
        client.auth = httpx.BasicAuth("W01", "secret")
        other = PICTURE + b"!"
        assert client.put(f"/pictures/{NAME}", content=PICTURE).status_code == 201
        answer = client.put(f"/pictures/{hashlib.sha256(other).hexdigest()}", content=other)
        assert answer.status_code == 429


def send_from(client: TestClient, offset: int, content: bytes = PICTURE) -> httpx.Response:
    told = f"bytes {offset}-{len(content) - 1}/{len(content)}"
    headers, rest = {"Content-Range": told}, content[offset:]
    answer: httpx.Response = client.put(f"/pictures/{NAME}", content=rest, headers=headers)
    return answer


def break_off(folder: Path, after: int, weighbridge: str = "W01", content: bytes = PICTURE) -> None:
    """A transfer that ended after so many bytes."""
    part = Arriving(folder / "arriving").take(weighbridge, NAME, 0)
    assert part is not None
    part.write(content[:after])
    part.leave()


def test_what_broke_off_is_told_and_gone_on_with(client: TestClient, tmp_path: Path) -> None:
    break_off(tmp_path, 5_000)
    assert client.head(f"/pictures/{NAME}").headers["Upload-Offset"] == "5000"
    assert send_from(client, 5_000).status_code == 201
    assert client.get(f"/pictures/{NAME}").content == PICTURE
    assert list((tmp_path / "arriving").rglob("*.*")) == []


def test_a_sender_that_goes_on_elsewhere_is_told_where_to(
    client: TestClient, tmp_path: Path
) -> None:
    break_off(tmp_path, 5_000)
    answer = send_from(client, 4_000)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "5000")
    assert send_from(client, 5_000).status_code == 201


def test_a_false_beginning_is_forgotten_and_not_held_against_the_file(
    client: TestClient, tmp_path: Path
) -> None:
    break_off(tmp_path, 5_000, content=bytes(5_000))
    assert send_from(client, 5_000).status_code == 409
    assert "Upload-Offset" not in client.head(f"/pictures/{NAME}").headers
    assert client.put(f"/pictures/{NAME}", content=PICTURE).status_code == 201


def test_nobody_begins_the_file_of_another_weighbridge(client: TestClient, tmp_path: Path) -> None:
    break_off(tmp_path, 5_000, weighbridge="W02")
    assert "Upload-Offset" not in client.head(f"/pictures/{NAME}").headers
    assert send_from(client, 5_000).status_code == 409


@pytest.mark.parametrize(
    "told",
    ["bytes 0-9/10", "bytes 5-4/10", "bytes 5-8/10", "bytes 5-9/11", "bytes 5-9/*", "5-9/10", "x",
     "bytes -5-9/10", "bytes 5-9/99999999999999"],
)  # fmt: skip
def test_a_range_that_fits_no_file_is_refused(
    client: TestClient, tmp_path: Path, told: str
) -> None:
    break_off(tmp_path, 5)
    headers = {"Content-Range": told}
    answer = client.put(f"/pictures/{NAME}", content=bytes(5), headers=headers)
    assert answer.status_code == 400


def test_a_range_beyond_the_bound_is_refused(client: TestClient, tmp_path: Path) -> None:
    break_off(tmp_path, 5_000)
    assert send_from(client, 5_000, bytes(LARGEST_BYTES + 1)).status_code == 413


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PICTURE, "application/octet-stream"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x1aE\xdf\xa3\x01", "video/x-matroska"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b'{"version":1}', "application/json"),
        (b"<script>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_file_is_given_out_as_what_it_is_and_never_guessed_at(
    client: TestClient, content: bytes, kind: str
) -> None:
    name = hashlib.sha256(content).hexdigest()
    assert client.put(f"/pictures/{name}", content=content).status_code == 201
    answer = client.get(f"/pictures/{name}")
    assert (answer.headers["content-type"], answer.content) == (kind, content)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_stored_picture_has_a_thumbnail_and_other_files_have_none(client: TestClient) -> None:
    jpeg = picture(1_280, 720)
    name = hashlib.sha256(jpeg).hexdigest()
    client.put(f"/pictures/{name}", content=jpeg)
    client.put(f"/pictures/{NAME}", content=PICTURE)
    answer = client.get(f"/pictures/{name}/thumbnail")
    assert (answer.headers["content-type"], size_in(answer.content)) == ("image/jpeg", (320, 180))
    assert client.get(f"/pictures/{NAME}/thumbnail").status_code == 404
    assert client.get("/pictures/..%2Fx/thumbnail").status_code == 404
    client.auth = None
    assert client.get(f"/pictures/{name}/thumbnail").status_code == 401


def test_two_senders_of_one_picture_leave_one_whole_file(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures")
    threads = [threading.Thread(target=store.keep, args=(NAME, PICTURE)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files_in(tmp_path) == [NAME]
    assert store.path(NAME).read_bytes() == PICTURE


def test_a_transfer_that_breaks_off_is_the_senders_affair() -> None:
    parts: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(parts)

    request = Request({"type": "http", "method": "PUT", "headers": []}, receive)
    with pytest.raises(HTTPException) as refused:
        asyncio.run(read_bounded(request, LARGEST_BYTES))
    assert refused.value.status_code == 400
