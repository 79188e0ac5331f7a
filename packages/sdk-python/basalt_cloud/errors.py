"""What can go wrong between a program and the cloud. Everything carries a stable ``code`` and, where there is one, a remedy."""

from __future__ import annotations

from typing import Any, Optional


class BasaltError(Exception):
    """Any failure; ``code`` is stable, for programs."""

    def __init__(self, code: str, message: str, remedy: Optional[str] = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class ApiProblem(BasaltError):
    """The API refused the request: RFC 9457 problem details."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: Optional[float]) -> None:
        detail = body.get("detail") or body.get("title") or f"The server answered with status {status}."
        super().__init__(body.get("code") or f"HTTP_{status}", detail, body.get("remedy"))
        self.status = status
        #: Fields at fault: dictionaries with ``field``, ``message`` and ``remedy``.
        self.errors: list[dict[str, str]] = body.get("errors") or []
        #: Seconds after which trying again makes sense.
        self.retry_after = retry_after

    def __str__(self) -> str:
        fields = "".join(f"\n  {error['field']} {error['message']}" for error in self.errors)
        return super().__str__() + fields


class ConnectionFailed(BasaltError):
    """The request did not reach the API, or its answer did not reach us."""


class TaskFailed(BasaltError):
    """A task that was waited for failed or was cancelled; ``task`` is how it ended."""

    def __init__(self, task: dict[str, Any]) -> None:
        cause = task.get("cause") or {}
        message = cause.get("message") or f"The task {task['id']} was {task['state']}."
        super().__init__(cause.get("code") or "TASK_FAILED", message, cause.get("remedy"))
        self.task = task


class TimedOut(BasaltError):
    """What was waited for did not happen in time; it may still happen."""
