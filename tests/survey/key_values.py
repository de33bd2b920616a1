"""Values that are keys by all that they look like, for the key engine's own tests."""

import hashlib

KEY = b"k7Jq 2Zp9 XwLm 4Rt8 Vb3N c6Hd 1Fg5 Sy0u".replace(b" ", b"")
SECOND = KEY[::-1]
HEX = b"3f9d81c07be24a56b1d7e20c94a8f613"
TOKEN = "9f1c7a3b5d2e4f60" * 4


def digest(text: str, salt: str = "") -> str:
    return hashlib.sha256((salt + text).encode()).hexdigest()
