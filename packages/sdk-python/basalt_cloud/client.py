"""The client: one typed method for each action of each kind, and what goes beyond them."""

from __future__ import annotations

import os
import ssl
import time
from typing import Any, Callable, Iterator, Optional, Sequence, Union

from . import _events
from ._generated import Clients, Task
from ._http import Http
from ._sign import AccessKey
from .errors import TaskFailed, TimedOut

CHUNK_BYTES = 1024 * 1024


class Cloud(Clients):
    """A connection to a cloud, as made by :func:`connect`."""

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self.http = http
        self._session: Optional[str] = None

    def login(self, username: str, password: str) -> None:
        """Log in as somebody; when the session is over the client logs in again."""
        self.http.token = None
        opened = self.http.call("POST", "/v1/sessions", {"username": username, "password": password})
        self._session = opened["id"]
        self.http.token = opened["token"]

        def renew() -> bool:
            self.http.renew = lambda: False
            self.login(username, password)
            return True

        self.http.renew = renew

    def logout(self) -> None:
        """End the session on the server."""
        if self._session:
            self.http.call("DELETE", f"/v1/sessions/{self._session}")
        self.http.token = self._session = None
        self.http.renew = lambda: False

    def wait(
        self,
        task: Union[str, Task],
        timeout: float = 600.0,
        on_progress: Optional[Callable[[Task], None]] = None,
    ) -> Task:
        """The task when it has succeeded. Raises ``TaskFailed`` when it failed or was cancelled, ``TimedOut`` after ``timeout`` seconds."""
        id = task if isinstance(task, str) else task["id"]
        deadline = time.monotonic() + timeout
        pause = 0.05
        while True:
            row = self.tasks.get(id)
            if on_progress:
                on_progress(row)
            if row.get("finishedAt"):
                if row["state"] != "succeeded":
                    raise TaskFailed(dict(row))
                return row
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimedOut("DEADLINE_EXCEEDED", f"The task {id} did not end within {timeout:g} s.", "It goes on; wait again.")
            time.sleep(min(pause, left))
            pause = min(2.0, pause * 1.5)

    def events(
        self,
        kinds: Optional[Sequence[str]] = None,
        resource: Optional[str] = None,
        cursor: Optional[str] = None,
    ) -> Iterator[_events.ResourceEvent]:
        """Changes as they happen; a lost connection is opened again where it was."""
        return _events.follow(self.http, kinds, resource, cursor)

    def upload_image(self, id: str, path: Union[str, "os.PathLike[str]"], timeout: float = 3600.0) -> None:
        """Send the file of an image that was created without a URL. ``timeout`` in seconds."""

        def chunks() -> Iterator[bytes]:
            with open(path, "rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk

        headers = {"content-type": "application/octet-stream", "content-length": str(os.path.getsize(path))}
        connection, response = self.http.open("PUT", f"/v1/images/{id}/content", chunks(), headers, timeout)
        response.read()
        connection.close()


def connect(
    url: str,
    *,
    username: Optional[str] = None,
    password: Optional[str] = None,
    token: Optional[str] = None,
    access_key: Optional[AccessKey] = None,
    ca: Optional[str] = None,
    timeout: float = 60.0,
) -> Cloud:
    """
    Connect, and log in when a password is given.

    :param access_key: signs each request: nothing secret travels, and there is no session
    :param ca: path of a PEM file with the authority to trust, or its text; the system's authorities without
    :param timeout: of a single request, in seconds
    """
    context: Optional[ssl.SSLContext] = None
    if url.startswith("https:"):
        if ca and ca.lstrip().startswith("-----BEGIN"):
            context = ssl.create_default_context(cadata=ca)
        else:
            context = ssl.create_default_context(cafile=ca)
    cloud = Cloud(Http(url, context, timeout))
    cloud.http.token = token
    cloud.http.access_key = access_key
    if username is not None and password is not None:
        cloud.login(username, password)
    return cloud


__all__ = ["AccessKey", "Cloud", "connect"]
