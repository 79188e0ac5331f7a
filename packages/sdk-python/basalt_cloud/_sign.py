"""Requests signed with an access key, as docs/how-to/access-keys.md tells it. Only the standard library is used."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Mapping, Optional

SCHEME = "BASALT-HMAC-SHA256"
DATE = "x-basalt-date"
NONCE = "x-basalt-nonce"
CONTENT_SHA256 = "x-basalt-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

#: Headers that change what a request means: they are signed where they are sent.
MEANINGFUL = ("basalt-account", "content-type", "idempotency-key", "if-match", "prefer")


@dataclass(frozen=True)
class AccessKey:
    """An access key as it was shown when it was made."""

    id: str
    secret: str = field(repr=False)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _canonical(method: str, url: str, signed: Mapping[str, str]) -> str:
    path, _, query = url.partition("?")
    names = sorted(signed)
    pairs = sorted((pair for pair in query.split("&") if pair), key=lambda pair: pair.encode())
    lines = [f"{name}:{signed[name].strip()}" for name in names]
    return "\n".join([method.upper(), path, "&".join(pairs), *lines, "", ";".join(names), signed[CONTENT_SHA256]])


def signed_headers(
    key: AccessKey, method: str, url: str, headers: Mapping[str, str], body: Optional[bytes], is_stream: bool
) -> dict[str, str]:
    """The headers with those that sign the request. Each attempt is signed anew: a nonce counts once."""
    added = {
        DATE: datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        NONCE: secrets.token_urlsafe(18),
        CONTENT_SHA256: UNSIGNED_PAYLOAD if is_stream else _sha256(body or b""),
    }
    lower = {name.lower(): value for name, value in headers.items()}
    signed = {**{name: lower[name] for name in MEANINGFUL if name in lower}, **added}
    text = "\n".join([SCHEME, added[DATE], added[NONCE], _sha256(_canonical(method, url, signed).encode())])
    signature = hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    names = ";".join(sorted(signed))
    return {
        **headers,
        **added,
        "authorization": f"{SCHEME} Credential={key.id}, SignedHeaders={names}, Signature={signature}",
    }
