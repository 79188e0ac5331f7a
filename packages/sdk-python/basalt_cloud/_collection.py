"""What all collections have: pages, and waiting for a resource."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, Generic, Iterator, Optional, TypeVar, Union, cast

from ._http import Http
from .errors import BasaltError, TimedOut

Row = TypeVar("Row")

FIRST_LOOK_SECONDS = 0.1
LONGEST_LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some items of a list."""

    items: list[Row]
    #: Cursor of the next page; ``None`` on the last one.
    next: Optional[str]
    #: Everything that the server told, such as a count.
    body: dict[str, Any]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Endpoint:
    """Calls of one part of the API."""

    def __init__(self, http: Http) -> None:
        self._http = http


class Collection(Endpoint, Generic[Row]):
    """Calls of one kind."""

    def get(self, id: str) -> Row:
        raise NotImplementedError

    def wait_for(
        self, id: str, until: Union[str, Callable[[Row], bool]], timeout: float = 600.0
    ) -> Row:
        """The resource as soon as it is in the state ``until``, or ``until`` holds for it. ``timeout`` in seconds."""
        predicate = until if callable(until) else lambda row: cast(dict[str, Any], row).get("state") == until
        deadline = time.monotonic() + timeout
        pause = FIRST_LOOK_SECONDS
        while True:
            row = self.get(id)
            if predicate(row):
                return row
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimedOut("DEADLINE_EXCEEDED", f"{id} was not there after {timeout:g} s.", "Look at its task.")
            time.sleep(min(pause, left))
            pause = min(LONGEST_LOOK_SECONDS, pause * 1.5)

    def _page(self, path: str, known: frozenset[str], query: dict[str, Any]) -> Page[Row]:
        body = self._http.get(path, _checked(path, known, query))
        return Page(items=body.get("items", []), next=body.get("next"), body=body)

    def _csv(self, path: str, known: frozenset[str], query: dict[str, Any]) -> str:
        return self._http.text(path, _checked(path, known, query))

    def _all(self, path: str, known: frozenset[str], query: dict[str, Any]) -> Iterator[Row]:
        cursor = query.pop("cursor", None)
        while True:
            page = self._page(path, known, {**query, "cursor": cursor})
            yield from page.items
            if page.next is None:
                return
            cursor = page.next


def _checked(path: str, known: frozenset[str], query: dict[str, Any]) -> dict[str, Any]:
    # Words that Python keeps for itself are written with an underscore behind them: class_.
    query = {name.removesuffix("_"): value for name, value in query.items()}
    unknown = sorted(set(query) - known)
    if unknown:
        raise BasaltError("BAD_OPTIONS", f"{path} has no query parameter {unknown[0]}.", f"Use one of {sorted(known)}.")
    return query
