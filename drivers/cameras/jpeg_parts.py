"""The pictures in a multipart stream, however its bytes are cut: pure.

A part is a head of `Name: value` lines, an empty line and a body. With `Content-Length` the body is
that long; without it, it reaches to the next boundary. What is no JPEG is passed over.
"""

MAX_HEAD_BYTES = 4096
JPEG = b"\xff\xd8"
JPEG_END = b"\xff\xd9"


class JpegParts:
    """Feed it bytes, it gives the pictures that are complete."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._waiting = bytearray()
        self._length: int | None = None  # None: in a head; 0: unknown, look for the end

    def feed(self, piece: bytes) -> list[bytes]:
        """The pictures completed by this piece."""
        self._waiting += piece
        pictures = []
        while (picture := self._next()) is not None:
            if picture.startswith(JPEG):
                pictures.append(picture)
        if len(self._waiting) > self._max_bytes + MAX_HEAD_BYTES:
            self._waiting.clear()
            self._length = None
        return pictures

    def _next(self) -> bytes | None:
        if self._length is None and not self._read_head():
            return None
        length = self._length or self._find_end()
        if length is None or len(self._waiting) < length:
            return None
        picture = bytes(self._waiting[:length])
        del self._waiting[:length]
        self._length = None
        return picture

    def _read_head(self) -> bool:
        end = self._waiting.find(b"\r\n\r\n", 0)
        if end < 0:
            return False
        head = bytes(self._waiting[:end])
        del self._waiting[: end + 4]
        self._length = min(_length_in(head), self._max_bytes)
        return True

    def _find_end(self) -> int | None:
        """Without a length: up to the end mark that a line break and a boundary follow."""
        end = self._waiting.find(JPEG_END + b"\r\n--")
        return None if end < 0 else end + len(JPEG_END)


def _length_in(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        number = value.strip()
        if name.strip().lower() == b"content-length" and number.isdigit() and len(number) < 12:
            return int(number)
    return 0
