"""The event stream: server-sent events, opened again where it was when the connection is lost."""

from __future__ import annotations

import json
import time
from http.client import HTTPException, HTTPResponse
from typing import Any, Iterator, Optional, Sequence, TypedDict
from urllib.parse import urlencode

from ._http import Http
from .errors import ApiProblem, ConnectionFailed

#: The server writes a sign of life every 15 seconds.
SILENCE_SECONDS = 45.0
RETRY_SECONDS = 1.0


class ResourceEvent(TypedDict):
    """A change of one resource."""

    cursor: str
    kind: str
    resource: str
    change: str
    at: str
    data: dict[str, Any]


def follow(
    http: Http,
    kinds: Optional[Sequence[str]] = None,
    resource: Optional[str] = None,
    cursor: Optional[str] = None,
) -> Iterator[ResourceEvent]:
    """Changes as they happen, for ever. With the cursor of an event it begins behind that one."""
    query = {"kind": ",".join(kinds) if kinds else None, "resource": resource}
    text = urlencode({name: value for name, value in query.items() if value})
    path = f"/v1/events?{text}" if text else "/v1/events"
    while True:
        headers = {"accept": "text/event-stream", **({"last-event-id": cursor} if cursor else {})}
        try:
            connection, response = http.open("GET", path, None, headers, SILENCE_SECONDS)
            try:
                for id, data in _frames(response):
                    cursor = id or cursor
                    if data is not None:
                        yield data
            finally:
                connection.close()
        except ApiProblem as problem:
            if problem.status < 500 and not (problem.status == 401 and http.renew()):
                raise
        except ConnectionFailed as failure:
            if failure.code != "CONNECTION_FAILED":
                raise
        except (OSError, HTTPException):
            pass  # Lost on its way: opened again below, where it was.
        time.sleep(RETRY_SECONDS)


def _frames(response: HTTPResponse) -> Iterator[tuple[Optional[str], Optional[ResourceEvent]]]:
    id: Optional[str] = None
    data: list[str] = []
    for raw in response:
        line = raw.decode().rstrip("\r\n")
        if line.startswith("id: "):
            id = line[4:]
        elif line.startswith("data: "):
            data.append(line[6:])
        elif line == "" and (id or data):
            yield id, json.loads("\n".join(data)) if data else None
            id, data = None, []
