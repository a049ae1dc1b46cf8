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
from collector.pictures import PictureStore, Quota, add_pictures, read_bounded

PICTURE = b"\xff\xd8" + bytes(range(256)) * 64
NAME = hashlib.sha256(PICTURE).hexdigest()
LARGEST_BYTES = 64 * 1024


def make_app(folder: Path, day_bytes: int = 1 << 30) -> FastAPI:
    database = folder / "collector.db"
    db = schema.connect(database)
    schema.create_tables(db)
    db.execute("INSERT INTO mqtt_accounts VALUES ('W01', 'W01', 'secret', 0)")
    db.close()
    app = FastAPI()
    store = PictureStore(folder / "pictures", LARGEST_BYTES)
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
