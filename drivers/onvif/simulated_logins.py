"""How a simulated device checks a login: a UsernameToken in the envelope, or HTTP digest.

As strict as real ones: a token's time must be near the device's own, and no nonce comes twice.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import threading
import time
from datetime import datetime
from xml.etree.ElementTree import Element

from drivers.onvif.facts import Login
from drivers.onvif.simulated_device import SimulatedDevice
from drivers.onvif.soap import digest
from drivers.onvif.xml_reading import child, text

REALM = "weighhouse"
NEAR_MS = 5_000
FIELD = re.compile(r'(\w+)="?([^",]*)"?')


class Doorman:
    """Remembers nonces, and counts every wrong password."""

    def __init__(self, device: SimulatedDevice) -> None:
        self._device = device
        self._busy = threading.Lock()
        self._nonces: set[str] = set()
        self._given = os.urandom(8).hex()
        self.refusals = 0

    def challenge(self) -> str:
        return f'Digest realm="{REALM}", qop="auth", nonce="{self._given}", algorithm=MD5'

    def token_holds(self, envelope: Element) -> bool:
        """False without any; one that does not hold counts."""
        token, login = child(envelope, "Header/Security/UsernameToken"), self._device.form.login
        if token is None or login is None:
            return False
        nonce, created = text(token, "Nonce") or "", text(token, "Created") or ""
        with self._busy:
            fresh = nonce not in self._nonces
            self._nonces.add(nonce)
        right = fresh and text(token, "Username") == login.user and self._is_near(created)
        return self._counted(right and _matches(token, nonce, created, login))

    def digest_holds(self, header: str | None, method: str) -> bool:
        login = self._device.form.login
        if header is None or login is None:
            return False
        said = dict(FIELD.findall(header))
        first = _md5(f"{login.user}:{REALM}:{login.password}")
        second = _md5(f"{method}:{said.get('uri', '')}")
        parts = [first, self._given, said.get("nc", ""), said.get("cnonce", ""), "auth", second]
        right = said.get("nonce") == self._given and said.get("username") == login.user
        return self._counted(right and said.get("response") == _md5(":".join(parts)))

    def _is_near(self, created: str) -> bool:
        try:
            at_s = datetime.fromisoformat(created).timestamp()
        except ValueError:
            return False
        return abs(at_s * 1000 - (time.time() * 1000 + self._device.off_ms)) <= NEAR_MS

    def _counted(self, right: bool) -> bool:  # noqa: FBT001 # private
        with self._busy:
            self.refusals += not right
        return right


def _matches(token: Element, nonce: str, created: str, login: Login) -> bool:
    try:
        due = digest(login, base64.b64decode(nonce, validate=True), created)
    except binascii.Error:
        return False
    return hmac.compare_digest(text(token, "Password") or "", due)


def _md5(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()
