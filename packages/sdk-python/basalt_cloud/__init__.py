"""Python SDK of the Basalt private cloud: ``connect(url, username=..., password=...)``."""

from ._collection import Page
from ._http import Options
from ._sign import AccessKey
from .client import Cloud, connect
from .errors import ApiProblem, BasaltError, ConnectionFailed, TaskFailed, TimedOut

__all__ = [
    "AccessKey",
    "ApiProblem",
    "BasaltError",
    "Cloud",
    "ConnectionFailed",
    "Options",
    "Page",
    "TaskFailed",
    "TimedOut",
    "connect",
]
