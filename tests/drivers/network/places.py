"""Places on 127.0.0.1 that behave as cameras and switches do when something is wrong with them."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
FILLERS = 4


@contextmanager
def closed_port() -> Iterator[int]:
    """A port nobody listens on, kept from everybody else."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        yield taken.getsockname()[1]


@contextmanager
def hung_port() -> Iterator[int]:
    """Connections are accepted by the system, and nobody ever answers on them."""
    with socket.create_server((HOST, 0), backlog=64) as listener:
        yield listener.getsockname()[1]


@contextmanager
def silent_port() -> Iterator[int]:
    """Nobody answers at all: its queue is full, so that what knocks is dropped."""
    with socket.create_server((HOST, 0), backlog=0) as listener, ExitStack() as fillers:
        for _ in range(FILLERS):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@contextmanager
def answering_port(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """Answers every piece it hears; an empty answer hangs up."""
    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answer), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(listener: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    with suppress(OSError):
        while True:
            line, _ = listener.accept()
            with line, suppress(OSError):
                while (heard := line.recv(4_096)) and (said := answer(heard)):
                    line.sendall(said)


@contextmanager
def secure_port(folder: Path) -> Iterator[int]:
    """TLS with a certificate the camera has made for itself, as they come from the factory."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_own_certificate(folder))

    def greet(listener: socket.socket) -> None:
        with suppress(OSError):
            line, _ = listener.accept()
            context.wrap_socket(line, server_side=True).close()

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=greet, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def _own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = datetime.now(UTC)
    draft = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = draft.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    made = dated.sign(key, hashes.SHA256())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "camera.pem"
    path.write_bytes(plain + made.public_bytes(Encoding.PEM))
    return path


def rtsp(status: str) -> Callable[[bytes], bytes]:
    """A camera whose DESCRIBE ends so; OPTIONS is well."""

    def answer(heard: bytes) -> bytes:
        said = "200 OK" if heard.startswith(b"OPTIONS") else status
        return f"RTSP/1.0 {said}\r\nCSeq: 1\r\n\r\n".encode()

    return answer


def http(status: str) -> Callable[[bytes], bytes]:
    return lambda _heard: f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
