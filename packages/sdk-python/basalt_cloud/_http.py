"""One request and its answer: deadlines, idempotency keys, what is tried again. Only the standard library is used."""

from __future__ import annotations

import json
import ssl
import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Callable, Iterable, Mapping, Optional, Union, cast
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode, urlsplit

from ._sign import AccessKey, signed_headers
from .errors import ApiProblem, ConnectionFailed

ATTEMPTS = 4
FIRST_DELAY_SECONDS = 0.2
MAX_RETRY_AFTER_SECONDS = 30.0


class Unset:
    """A parameter that was left out; ``None`` means empty."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()


@dataclass(frozen=True)
class Options:
    """How one call is carried out."""

    #: Makes the call safe to repeat, also after a restart of the program; a fresh one is made when there is none.
    idempotency_key: Optional[str] = None
    #: Only when the resource is still at this version.
    if_match: Optional[int] = None
    #: Let the server wait so long for the end of the task, in seconds.
    wait: Optional[int] = None


def quote(text: str) -> str:
    return percent_encode(text, safe="")


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was not left out."""
    return {name: value for name, value in values.items() if not isinstance(value, Unset)}


class Http:
    """Requests to one server. Every call has a connection of its own, so that an instance may be shared by threads."""

    def __init__(self, url: str, context: Optional[ssl.SSLContext], timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConnectionFailed("BAD_OPTIONS", f'"{url}" is not a URL.', "Give one such as https://cloud.example:7443.")
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._context = context if parts.scheme == "https" else None
        self._timeout = timeout
        self.token: Optional[str] = None
        #: Signs each request, instead of the token.
        self.access_key: Optional[AccessKey] = None
        #: Logs in again when the session is over; true when it did.
        self.renew: Callable[[], bool] = lambda: False

    def call(self, method: str, path: str, body: Any = None, options: Optional[Options] = None) -> Any:
        """The JSON of the answer, or ``None``. Raises ``ApiProblem`` or ``ConnectionFailed``."""
        options = options or Options()
        headers = {"accept": "application/json"}
        payload = None
        if body is not None:
            payload = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        return self._send(method, path, payload, headers, options)

    def get(self, path: str, query: Mapping[str, Any]) -> Any:
        return self.call("GET", _with_query(path, query))

    def text(self, path: str, query: Mapping[str, Any]) -> str:
        """An answer of CSV as it is."""
        headers = {"accept": "text/csv"}
        body = self._with_retries(lambda: self._read("GET", _with_query(path, query), None, headers, self._timeout))
        return cast(bytes, body).decode()

    def send_csv(self, path: str, csv: str, dry_run: bool, options: Optional[Options] = None) -> Any:
        """Sends a CSV file; the JSON of the answer."""
        headers = {"accept": "application/json", "content-type": "text/csv"}
        query = {"dryRun": True} if dry_run else {}
        return self._send("POST", _with_query(path, query), csv.encode(), headers, options or Options())

    def _send(
        self, method: str, path: str, payload: Optional[bytes], headers: dict[str, str], options: Options
    ) -> Any:
        if method != "GET":
            headers["idempotency-key"] = options.idempotency_key or str(uuid.uuid4())
        if options.if_match is not None:
            headers["if-match"] = f'"{options.if_match}"'
        if options.wait is not None:
            headers["prefer"] = f"wait={options.wait}"
        timeout = self._timeout + (options.wait or 0)
        return self._with_retries(lambda: self._once(method, path, payload, headers, timeout))

    def _with_retries(self, attempt: Callable[[], Any]) -> Any:
        """Reading changes nothing and actions carry a key, so that what got lost on its way may be sent again."""
        renewed = False
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt()
            except ApiProblem as problem:
                if problem.status == 401 and not renewed and self.renew():
                    renewed = True
                    continue
                delay = problem.retry_after if problem.status in (429, 503) else None
                if number == ATTEMPTS or delay is None or delay > MAX_RETRY_AFTER_SECONDS:
                    raise
                time.sleep(delay)
            except ConnectionFailed as failure:
                if number == ATTEMPTS or failure.code != "CONNECTION_FAILED":
                    raise
                time.sleep(FIRST_DELAY_SECONDS * 2 ** (number - 1))
        raise AssertionError("the last attempt returns or raises")

    def _once(
        self, method: str, path: str, payload: Optional[bytes], headers: dict[str, str], timeout: float
    ) -> Any:
        text = self._read(method, path, payload, headers, timeout)
        return json.loads(text) if text else None

    def _read(
        self, method: str, path: str, payload: Optional[bytes], headers: dict[str, str], timeout: float
    ) -> bytes:
        connection, response = self.open(method, path, payload, headers, timeout)
        try:
            return response.read()
        except (OSError, HTTPException) as error:
            raise self._lost(error) from error
        finally:
            connection.close()

    def open(
        self,
        method: str,
        path: str,
        body: Union[bytes, Iterable[bytes], None],
        headers: Mapping[str, str],
        timeout: float,
    ) -> tuple[HTTPConnection, HTTPResponse]:
        """The connection and its answer, unread; an answer that is a problem is raised."""
        connection = (
            HTTPSConnection(self._host, self._port, timeout=timeout, context=self._context)
            if self._context
            else HTTPConnection(self._host, self._port, timeout=timeout)
        )
        try:
            connection.request(method, path, body=body, headers=self._authorized(method, path, body, headers))
            response = connection.getresponse()
            if response.status < 400:
                return connection, response
            text = response.read()
        except (OSError, HTTPException) as error:
            connection.close()
            raise self._lost(error) from error
        connection.close()
        raise _problem(response, text)

    def _authorized(
        self, method: str, path: str, body: Union[bytes, Iterable[bytes], None], headers: Mapping[str, str]
    ) -> dict[str, str]:
        if self.access_key:
            whole = body if isinstance(body, bytes) else None
            return signed_headers(self.access_key, method, path, headers, whole, body is not None and whole is None)
        return {**headers, **({"authorization": f"Bearer {self.token}"} if self.token else {})}

    def _lost(self, error: Exception) -> ConnectionFailed:
        where = f"{self._host}:{self._port}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return ConnectionFailed(
                "CERTIFICATE_UNTRUSTED",
                f"The certificate of {where} is not trusted: {error.verify_message}.",
                "Give the cloud's authority as ca=.",
            )
        return ConnectionFailed(
            "CONNECTION_FAILED", f"Cannot talk to {where}: {error}.", "Check the URL, and that the control plane runs."
        )


def _with_query(path: str, query: Mapping[str, Any]) -> str:
    text = urlencode({name: _query_value(value) for name, value in query.items() if value is not None})
    return f"{path}?{text}" if text else path


def _query_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _problem(response: HTTPResponse, text: bytes) -> ApiProblem:
    try:
        body = json.loads(text)
    except ValueError:
        # A proxy's page, not the API's answer: the status has to do.
        body = {}
    retry_after = response.headers.get("retry-after")
    seconds = float(retry_after) if retry_after and retry_after.isdigit() else None
    return ApiProblem(response.status, body if isinstance(body, dict) else {}, seconds)
