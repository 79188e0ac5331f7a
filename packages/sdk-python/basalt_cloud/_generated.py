# Generated from the OpenAPI document; `npm run generate` writes it anew.
from __future__ import annotations

from typing import Any, FrozenSet, Iterator, List, Literal, NotRequired, Optional, TypedDict, Union, cast

from ._collection import Collection, Endpoint, Page
from ._http import UNSET, Http, Options, Unset, given, quote


class Problem(TypedDict):
    """RFC 9457 problem details."""
    type: str
    title: str
    status: int
    code: str
    """Stable, for programs."""
    detail: str
    remedy: str
    """What to do about it."""
    errors: NotRequired[List[dict[str, Any]]]
    """Fields at fault."""


class ListGroup(TypedDict):
    """Resources that are alike in the keys."""
    keys: dict[str, Any]
    """Values of the fields that make the groups."""
    count: int
    sum: NotRequired[dict[str, Any]]
    """By field, where asked for."""
    min: NotRequired[dict[str, Any]]
    """By field, where asked for."""
    max: NotRequired[dict[str, Any]]
    """By field, where asked for."""
    avg: NotRequired[dict[str, Any]]
    """By field, where asked for."""


class BulkCounts(TypedDict):
    """How many went which way."""
    total: int
    accepted: int
    refused: int


class BulkItem(TypedDict):
    """What became of one of those that a bulk request is about."""
    id: str
    """As it was asked for, even where it is none."""
    status: int
    """As a request for this one alone would be answered; 200 where it was only rehearsed."""
    task: NotRequired[Task]
    resource: NotRequired[dict[str, Any]]
    """It, with what the action reveals this once."""
    problem: NotRequired[Problem]


class BulkAnswer(TypedDict):
    """What became of each, in the order asked."""
    items: List[BulkItem]
    counts: BulkCounts


class ImportLine(TypedDict):
    """What became of one line of a file."""
    line: int
    """Where it begins in the file; the header is line 1."""
    id: NotRequired[str]
    """Of what it made."""
    status: int
    """As a request for this one alone would be answered; 200 where it was only rehearsed."""
    task: NotRequired[Task]
    resource: NotRequired[dict[str, Any]]
    """It, with what the action reveals this once."""
    problem: NotRequired[Problem]


class ImportAnswer(TypedDict):
    """What became of each line."""
    items: List[ImportLine]
    counts: BulkCounts
    ignored: List[str]
    """Columns that a create does not take."""


class DeletionItem(TypedDict):
    """A resource that would go."""
    kind: str
    id: str
    name: str
    how: Literal["deleted", "carried", "vanishes"]
    """By its own delete, as a part of another that is deleted, or with the row of another."""


class DeletionCount(TypedDict):
    """How many of a kind would go."""
    kind: str
    count: int


class DeletionReason(TypedDict):
    """Why a resource cannot go."""
    kind: str
    id: str
    name: str
    code: str
    message: str
    remedy: Union[str, None]


class Deletion(TypedDict):
    """What would go with a resource, and what forbids that."""
    kind: str
    id: str
    name: str
    possible: bool
    """It could be deleted now, with what it has."""
    fingerprint: str
    """Changes when something else would go; send it as "agreed"."""
    total: int
    """How many would go, as far as you can see."""
    counts: List[DeletionCount]
    items: List[DeletionItem]
    """In the order in which they go."""
    forbids: List[DeletionReason]
    hidden: int
    """How many more that you cannot see forbid it."""
    truncated: bool
    """There is more than is listed."""


class DeleteAllInput(TypedDict):
    """Delete it with what it has."""
    agreed: NotRequired[str]
    """Fingerprint of the preview: refused when something else would go."""


class TopologyNode(TypedDict):
    """A resource."""
    kind: str
    id: str
    name: str
    state: Union[str, None]


TopologyEdge = TypedDict("TopologyEdge", {
    "from": "str",
    "to": "str",
    "fromKind": "str",
    "toKind": "str",
    "field": "str",
})


class Topology(TypedDict):
    """A resource and what is around it."""
    nodes: List[TopologyNode]
    edges: List[TopologyEdge]
    truncated: bool


class Task(TypedDict):
    """Work in progress, or the record of it: every action that takes time is one."""
    id: str
    """Random, never reused."""
    name: str
    """What is done, and with what, in words."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Whose task it is; the record of it outlives the account."""
    action: str
    """What is done, e.g. vm.create."""
    resourceKind: str
    """Kind of the resource it is about."""
    resource: str
    """The resource it is about."""
    user: str
    """Who asked for it."""
    state: Literal["queued", "running", "undoing", "succeeded", "failed", "cancelled"]
    percent: int
    message: str
    """What is happening now, in words."""
    step: str
    """The step it is at."""
    parent: Union[str, None]
    waitsFor: Union[str, None]
    finishedAt: Union[str, None]
    previousState: NotRequired[Union[str, None]]
    saga: NotRequired[str]
    sagaVersion: NotRequired[int]
    epoch: NotRequired[int]
    """Grows with each take-over; agents refuse lower ones."""
    node: NotRequired[str]
    """Control-plane node that works on it."""
    formerNode: NotRequired[Union[str, None]]
    request: NotRequired[Union[str, None]]
    trace: NotRequired[Union[str, None]]


class TaskBulkInput(TypedDict):
    action: Literal["cancel"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class Node(TypedDict):
    """A control-plane node: serves the API, holds connections of host agents, carries out tasks. It acts while its lease lasts."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    state: Literal["up", "stopped", "lost"]
    epoch: int
    """Grows with each lease; the network refuses what carries a lower one."""
    session: Union[str, None]
    leaseExpiresAt: str
    """By the clock of the database; after that other nodes take its tasks over."""
    apiUrl: str
    """Where its API answers."""
    agentUrl: str
    """Where agents and other nodes connect."""
    softwareVersion: str
    """Version of the program."""
    hosts: int
    """Agents that are connected to it."""
    health: dict[str, Any]
    """What it sees: database, peers, virtual address, disk, clock; each with `ok` and facts."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class NodeBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class NodeUpdateInput(TypedDict):
    description: NotRequired[str]
    """For people."""


class Tag(TypedDict):
    """A coloured word to find things by. Operators put theirs on anything, tenants theirs on what they own."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    colour: Literal["grey", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]
    """How it is shown."""
    type: Literal["admin", "tenant"]
    """A tag of the operators, or of a tenant. When a resource changes its owner, tags of the former one go."""
    public: bool
    """A tag of the operators that tenants see, but cannot change, on what is theirs."""
    spreading: NotRequired[bool]
    """It was changed, and not everything that has it shows that yet."""


class TagBulkInput(TypedDict):
    action: Literal["update", "attach", "detach", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class TagCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    colour: NotRequired[Literal["grey", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]]
    """How it is shown."""
    operatorOnly: NotRequired[bool]
    """Hidden from tenants; for tags of operators."""


class TagUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    colour: NotRequired[Literal["grey", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]]
    """How it is shown."""


class TagAttachInput(TypedDict):
    kind: str
    """Kind of the resources, e.g. vm."""
    resources: List[str]
    """Their ids, of one kind."""


class TagDetachInput(TypedDict):
    kind: str
    """Kind of the resources, e.g. vm."""
    resources: List[str]
    """Their ids, of one kind."""


class Reconciler(TypedDict):
    """A comparison of the database with the world: hosts, networks, counters. It mends what is ours and reports what is not."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    state: Literal["idle", "running"]
    node: str
    """The control-plane node that runs it, or ran it last."""
    run: str
    """The run under way, or the last one; it holds what it mends."""
    leaseUntil: Union[str, None]
    ranAt: Union[str, None]
    looked: int
    """Places that the last run looked at, such as hosts."""
    unseen: int
    """Places that could not be looked at, such as hosts that are away."""
    found: int
    """Differences of the last run."""
    repaired: int
    """Those that it mended."""
    reported: int
    """Those that it leaves to you: see the findings."""
    failed: int
    """Those that it could not mend."""
    skipped: int
    """Those that a task works on; they are looked at again."""
    message: str
    """How the last run went, in words."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class ReconcilerBulkInput(TypedDict):
    action: Literal["run"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class Finding(TypedDict):
    """Something that is not as the database says, or was not: what, where, since when, and what to do about it."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    state: Literal["open", "repaired", "over"]
    """open: still so; repaired: mended by the platform; over: gone without its doing."""
    reconciler: str
    """Which reconciler found it."""
    code: str
    """The sort of difference; stable."""
    what: str
    """The difference, in words."""
    place: str
    """Where it was looked at, e.g. a host."""
    placeId: Union[str, None]
    resourceKind: str
    """Kind of what it is about."""
    resource: str
    """What it is about, whether it has a row or not."""
    since: str
    """When it was first seen."""
    endedAt: Union[str, None]
    remedy: str
    """What to do about it."""
    outcome: str
    """What the platform did about it, or why it could not."""
    times: int
    """How often it came about."""
    expiresAt: Union[str, None]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class Setting(TypedDict):
    """Something that operators tune while the platform runs. What there is, the programs say; a change counts on every node at once."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    value: Union[dict[str, Any], None]
    default: Union[dict[str, Any], None]
    range: str
    """Values that it takes."""
    changed: bool
    """Somebody has set it; a reset takes that back."""
    module: str
    """Part of the platform that it belongs to."""
    overridableBy: List[str]
    """Kinds whose resources may have a value of their own, the nearest first."""
    shape: dict[str, Any]
    """Its type, as the kinds describe a field."""


class SettingBulkInput(TypedDict):
    action: Literal["set", "reset", "override", "inherit"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class SettingSetInput(TypedDict):
    value: dict[str, Any]
    """The new value."""


class SettingOverrideInput(TypedDict):
    kind: str
    """Kind of the resource, e.g. cluster."""
    resource: str
    """The resource."""
    value: dict[str, Any]
    """The value there."""


class SettingInheritInput(TypedDict):
    kind: str
    """Kind of the resource."""
    resource: str
    """The resource."""


class SettingOverride(TypedDict):
    """The value that a setting has for one resource; it goes with the resource."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    setting: str
    """The setting."""
    targetKind: str
    """Kind of the resource."""
    target: str
    """The resource."""
    value: Union[dict[str, Any], None]
    shape: dict[str, Any]
    """Its type, as that of the setting."""


class SettingOverrideBulkInput(TypedDict):
    action: Literal["delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


SettingChange = TypedDict("SettingChange", {
    "id": "str",
    "name": "str",
    "description": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "version": "int",
    "cause": "Union[dict[str, Any], None]",
    "setting": "str",
    "from": "Union[dict[str, Any], None]",
    "to": "Union[dict[str, Any], None]",
    "how": "Literal[\"set\", \"reset\", \"template\", \"override\", \"inherit\", \"upgrade\"]",
    "user": "str",
    "shape": "dict[str, Any]",
    "targetKind": "Union[str, None]",
    "target": "Union[str, None]",
})


class SettingTemplate(TypedDict):
    """A set of values for settings, to be applied together."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    values: dict[str, Any]
    """Values by name of the setting."""


class SettingTemplateBulkInput(TypedDict):
    action: Literal["update", "apply", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class SettingTemplateCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    values: NotRequired[Union[dict[str, Any], None]]


class SettingTemplateUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    values: NotRequired[dict[str, Any]]
    """Values by name of the setting."""


class Domain(TypedDict):
    """A part of the tree that accounts are in. Who administers a domain administers all below it."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    parent: Union[str, None]
    path: str
    """Ids of the domains down to this one: /root/.../this/."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class DomainBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class DomainCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    parent: NotRequired[Union[str, None]]


class DomainUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Account(TypedDict):
    """Owns resources. An account owns itself, so that its users see it."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    type: Literal["tenant", "project", "system"]
    """A customer with users, a project that users of customers work in together, or the platform itself."""
    domain: NotRequired[str]
    """Where it is in the tree."""
    state: Literal["active", "frozen"]
    """Nobody acts in a frozen account; what it owns stays as it is."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class AccountBulkInput(TypedDict):
    action: Literal["update", "freeze", "unfreeze", "move", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class AccountCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    type: NotRequired[Literal["tenant", "project"]]
    domain: NotRequired[Union[str, None]]


class AccountUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class AccountMoveInput(TypedDict):
    to: str
    """The domain to be in."""


class User(TypedDict):
    """Somebody who logs in."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    username: str
    """What one logs in with; unique on the platform."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class UserBulkInput(TypedDict):
    action: Literal["update", "setPassword", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class UserCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    username: str
    """What one logs in with; unique on the platform."""
    password: NotRequired[Union[str, None]]
    inAccount: NotRequired[Union[str, None]]
    role: NotRequired[Union[str, None]]


class UserUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class UserSetPasswordInput(TypedDict):
    password: str
    """At least 10 characters."""


class Group(TypedDict):
    """Users who get the same roles."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class GroupBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class GroupCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class GroupUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class GroupMember(TypedDict):
    """A user in a group."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns the group."""
    group: str
    user: str
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class GroupMemberBulkInput(TypedDict):
    action: Literal["delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class GroupMemberCreateInput(TypedDict):
    group: str
    user: str


class Role(TypedDict):
    """A set of rights. It counts where it is bound to a user or a group."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    key: Union[str, None]
    system: bool
    """Comes with the platform and grows with its upgrades."""
    public: bool
    """Every account can use it."""
    revision: NotRequired[int]
    """Of the roles that come with the platform."""
    statements: List[dict[str, Any]]
    """What it allows and denies. What no statement allows is not allowed."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class RoleBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class RoleCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    statements: List[dict[str, Any]]
    """What it allows and denies. What no statement allows is not allowed."""
    public: NotRequired[bool]
    """Offer it to every account; operators only."""


class RoleUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    statements: NotRequired[List[dict[str, Any]]]
    """What it allows and denies. What no statement allows is not allowed."""


class RoleBinding(TypedDict):
    """A role, given to a user or a group somewhere."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Where the role counts, for the scope "account"; otherwise the account of the user or group."""
    user: Union[str, None]
    group: Union[str, None]
    role: str
    scope: Literal["platform", "zone", "domain", "account"]
    """How far it reaches."""
    zone: Union[str, None]
    domain: NotRequired[Union[str, None]]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class RoleBindingBulkInput(TypedDict):
    action: Literal["delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class RoleBindingCreateInput(TypedDict):
    user: NotRequired[Union[str, None]]
    group: NotRequired[Union[str, None]]
    role: str
    scope: Literal["platform", "zone", "domain", "account"]
    """How far it reaches."""
    zone: NotRequired[Union[str, None]]
    domain: NotRequired[Union[str, None]]
    inAccount: NotRequired[Union[str, None]]


class Share(TypedDict):
    """Lets others see a resource and refer to it, but not change it."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns the resource."""
    sharedKind: str
    """Kind of the resource, e.g. image."""
    resource: str
    """What is shared."""
    grantee: Literal["account", "domain", "all"]
    """Who may see it."""
    toAccount: Union[str, None]
    toDomain: Union[str, None]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class ShareBulkInput(TypedDict):
    action: Literal["delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class ShareCreateInput(TypedDict):
    sharedKind: str
    """Kind of the resource, e.g. image."""
    resource: str
    """What is shared."""
    grantee: Literal["account", "domain", "all"]
    """Who may see it."""
    toAccount: NotRequired[Union[str, None]]
    toDomain: NotRequired[Union[str, None]]


class Session(TypedDict):
    """A login. It ends when it was not used for a while, some hours after the login, or when it is deleted."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Whose session it is."""
    user: str
    client: str
    """The program that logged in, as it calls itself (User-Agent)."""
    address: str
    """Where the login came from."""
    lastUsedAt: str
    """When it was used last, to the minute."""
    expiresAt: str
    """When it ends unless it is used before; moves on with use."""
    endsAt: str
    """When it ends, however much it is used."""


class SessionBulkInput(TypedDict):
    action: Literal["delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class AccessKey(TypedDict):
    """Signs the requests of a program, which then may do what the user may who made the key."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    user: str
    """Who made it: its requests have the rights of this user."""
    state: Literal["enabled", "disabled"]
    lastUsedAt: Union[str, None]


class AccessKeyBulkInput(TypedDict):
    action: Literal["update", "disable", "enable", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class AccessKeyCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class AccessKeyUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Separation(TypedDict):
    """Separation of duties: while it is on, nobody has more than one of three parts of the power over the platform."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    state: Literal["off", "on"]
    since: Union[str, None]


class SeparationBulkInput(TypedDict):
    action: Literal["enable"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class SeparationEnableInput(TypedDict):
    sysadmin: str
    """Runs machines, storage, networks and what tenants have."""
    secadmin: str
    """Gives and takes rights, knows no password but its own; sets what is a matter of security."""
    secauditor: str
    """Reads the audit and all rights."""


class SeparationRequest(TypedDict):
    """What one part of a separated power asks for, and another part has to approve."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    purpose: Literal["undo", "appoint", "dismiss"]
    """End the separation, give a part to one more user, or take it from one."""
    part: Union[Literal["sysadmin", "secadmin", "secauditor"], None]
    user: Union[str, None]
    requestedBy: str
    """Who asks."""
    requestedPart: str
    """The part that asks: another one has to approve."""
    decidedBy: Union[str, None]
    validUntil: str
    """Counts no more from then on."""
    state: Literal["pending", "approved", "rejected", "expired"]


class SeparationRequestBulkInput(TypedDict):
    action: Literal["approve", "reject"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class SeparationRequestCreateInput(TypedDict):
    description: NotRequired[str]
    """For people."""
    purpose: Literal["undo", "appoint", "dismiss"]
    """End the separation, give a part to one more user, or take it from one."""
    part: NotRequired[Union[Literal["sysadmin", "secadmin", "secauditor"], None]]
    user: NotRequired[Union[str, None]]


class Invitation(TypedDict):
    """Lets a user set its password while duties are separated: two parts give it a code each, so that neither can log in as the user."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    user: str
    """Whose password will be set."""
    requestedBy: str
    """Who asks, and gives the user the first code."""
    requestedPart: str
    """The part that asks: another one has to approve."""
    decidedBy: Union[str, None]
    validUntil: str
    """Counts no more from then on."""
    state: Literal["pending", "approved", "redeemed", "rejected", "expired"]


class InvitationBulkInput(TypedDict):
    action: Literal["approve", "reject"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class InvitationCreateInput(TypedDict):
    description: NotRequired[str]
    """For people."""
    user: str
    """Whose password will be set."""


class Zone(TypedDict):
    """A region: resources in different zones cannot see or use each other."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class ZoneBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class ZoneCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class ZoneUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Fabric(TypedDict):
    """One virtual network system: the OVN whose tunnels join the hosts of its clusters."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    driver: Literal["ovn", "simulated"]
    """What carries the virtual networks."""
    northbound: str
    """Where the northbound database answers."""
    firstTunnelKey: int
    """Lowest network key (VNI) to give out."""
    lastTunnelKey: int
    """Highest one."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class FabricBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class FabricCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    zone: str
    """Where it is."""
    driver: Literal["ovn", "simulated"]
    """What carries the virtual networks."""
    northbound: NotRequired[str]
    """Where the northbound database answers."""
    firstTunnelKey: NotRequired[int]
    """Lowest network key (VNI) to give out."""
    lastTunnelKey: NotRequired[int]
    """Highest one."""


class FabricUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Cluster(TypedDict):
    """A group of like hosts on one fabric."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    fabric: str
    architecture: Literal["x86_64", "aarch64"]
    cpuOvercommit: int
    """Virtual CPUs given out for each core."""
    reservedMemoryBytes: int
    """Memory of each host that is kept for the host itself."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class ClusterBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class ClusterCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    zone: str
    """Where it is."""
    fabric: str
    architecture: NotRequired[Literal["x86_64", "aarch64"]]
    cpuOvercommit: NotRequired[int]
    """Virtual CPUs given out for each core."""
    reservedMemoryBytes: NotRequired[int]
    """Memory of each host that is kept for the host itself."""


class ClusterUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Host(TypedDict):
    """A Linux machine that runs guests."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    cluster: str
    state: Literal["registering", "up", "down", "abandoning"]
    enabled: bool
    """Takes new guests."""
    hostname: str
    chassis: str
    """Name of its OVN chassis."""
    tunnelAddress: str
    virtualization: Literal["kvm", "tcg", "simulated", "unknown"]
    """How guests run."""
    virtualizationReason: str
    """Why they run that way."""
    cpuModel: str
    cpuCount: int
    memoryBytes: int
    vcpuCapacity: int
    """Virtual CPUs it may give out."""
    memoryCapacityBytes: int
    """Memory it may give out."""
    vcpusReserved: int
    memoryReservedBytes: int
    agentVersion: str
    node: str
    """Control-plane node that its agent is, or was last, connected to."""
    versions: dict[str, Any]
    """Versions of what runs there."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class HostBulkInput(TypedDict):
    action: Literal["update", "enable", "disable", "recover", "abandon", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class HostCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    zone: str
    """Where it is."""
    cluster: str


class HostUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class StorageClass(TypedDict):
    """A kind of disk that tenants can name, e.g. SSD."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class StorageClassBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class StorageClassCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    zone: str
    """Where it is."""


class StorageClassUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


StoragePool = TypedDict("StoragePool", {
    "id": "str",
    "name": "str",
    "description": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "version": "int",
    "cause": "Union[dict[str, Any], None]",
    "zone": "str",
    "cluster": "str",
    "class": "str",
    "type": "Literal[\"local\", \"smp\", \"simulated\"]",
    "path": "str",
    "state": "Literal[\"creating\", \"ready\", \"recovering\", \"deleting\", \"failed\"]",
    "tags": "List[dict[str, Any]]",
    "operatorTags": "NotRequired[List[dict[str, Any]]]",
})


class StoragePoolBulkInput(TypedDict):
    action: Literal["update", "recover", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


StoragePoolCreateInput = TypedDict("StoragePoolCreateInput", {
    "name": "str",
    "description": "NotRequired[str]",
    "zone": "str",
    "cluster": "str",
    "class": "str",
    "type": "Literal[\"local\", \"smp\", \"simulated\"]",
    "path": "str",
})


class StoragePoolUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class PoolMount(TypedDict):
    """A pool as one host has it: usable or not, and how full."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    pool: str
    host: str
    state: Literal["usable", "unusable"]
    totalBytes: int
    availableBytes: int


class Layer(TypedDict):
    """A disk layer on a pool: an immutable one that others stand on, or the writable top of a volume."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    pool: str
    """Volumes, not layers, keep a pool or a host."""
    host: Union[str, None]
    parent: Union[str, None]
    virtualSizeBytes: int


class CacheEntry(TypedDict):
    """An image on a pool, ready to be cloned. Made when a VM first needs it; many VMs wait for one download."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    image: str
    pool: str
    host: Union[str, None]
    key: str
    layer: str
    state: Literal["filling", "ready", "recovering", "deleting", "failed"]


class CacheEntryBulkInput(TypedDict):
    action: Literal["fill", "recover", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


Volume = TypedDict("Volume", {
    "id": "str",
    "name": "str",
    "description": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "version": "int",
    "cause": "Union[dict[str, Any], None]",
    "account": "str",
    "zone": "str",
    "class": "Union[str, None]",
    "sizeBytes": "int",
    "vm": "Union[str, None]",
    "image": "Union[str, None]",
    "pool": "NotRequired[Union[str, None]]",
    "host": "NotRequired[Union[str, None]]",
    "topLayer": "NotRequired[str]",
    "state": "Literal[\"creating\", \"inUse\", \"deleting\", \"failed\"]",
    "tags": "List[dict[str, Any]]",
    "operatorTags": "NotRequired[List[dict[str, Any]]]",
})


class ImageStore(TypedDict):
    """Where images are kept: a directory of one control-plane node, or one that all of them mount."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    path: str
    """The directory; it is made when it is not there."""
    node: str
    """Control-plane node whose directory it is; the others ask it. Empty when all of them have it."""
    totalBytes: int
    availableBytes: int
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class ImageStoreBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class ImageStoreCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    path: str
    """The directory; it is made when it is not there."""
    shared: NotRequired[bool]
    """All control-plane nodes have the directory: a shared mount."""


class ImageStoreUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Image(TypedDict):
    """A disk image that VMs are made from, in qcow2 format."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    public: bool
    """A base image: every account can use it."""
    url: Union[str, None]
    sha256: Union[str, None]
    architecture: Literal["x86_64", "aarch64"]
    sizeBytes: Union[int, None]
    virtualSizeBytes: Union[int, None]
    store: NotRequired[str]
    state: Literal["creating", "ready", "recovering", "recycled", "deleting", "failed"]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""
    recycledAt: Union[str, None]


class ImageBulkInput(TypedDict):
    action: Literal["update", "recover", "changeOwner", "delete", "undelete", "expunge"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    recycled: NotRequired[bool]
    """With `q`: those in the recycle bin, instead."""
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class ImageCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    url: NotRequired[Union[str, None]]
    sha256: NotRequired[Union[str, None]]
    architecture: NotRequired[Literal["x86_64", "aarch64"]]
    public: NotRequired[bool]
    """Offer it to every account; operators only."""


class ImageUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class ImageChangeOwnerInput(TypedDict):
    to: str
    """The new owner."""


class ImageDeleteInput(TypedDict):
    expunge: NotRequired[bool]
    """For good at once, past the recycle bin."""


class Network(TypedDict):
    """A private network: one overlay switch with one IPv4 subnet, addresses by DHCP."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    zone: str
    """Where it is."""
    cidr: str
    """Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap."""
    gateway: Union[str, None]
    ranges: List[dict[str, Any]]
    """Addresses to give out; the whole subnet when empty."""
    dnsServers: List[str]
    """Name servers that guests are told of."""
    mtu: int
    """Largest packet; tunnels take 58 bytes of the wire’s."""
    fabric: NotRequired[str]
    tunnelKey: NotRequired[int]
    """Geneve key (VNI)."""
    state: Literal["creating", "ready", "recovering", "deleting", "failed"]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class NetworkBulkInput(TypedDict):
    action: Literal["update", "recover", "delete", "changeOwner"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class NetworkCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    zone: str
    """Where it is."""
    cidr: str
    """Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap."""
    gateway: NotRequired[Union[str, None]]
    ranges: NotRequired[List[dict[str, Any]]]
    """Addresses to give out; the whole subnet when empty."""
    dnsServers: NotRequired[List[str]]
    """Name servers that guests are told of."""
    mtu: NotRequired[int]
    """Largest packet; tunnels take 58 bytes of the wire’s."""


class NetworkUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class NetworkChangeOwnerInput(TypedDict):
    to: str
    """The new owner."""


class Nic(TypedDict):
    """A network card: a port on a network with its own MAC and IP address."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    zone: str
    """Where it is."""
    network: str
    vm: Union[str, None]
    mac: str
    address: str
    deleteWithVm: bool
    """Goes when its VM goes."""
    index: int
    """0 is the default NIC of the VM."""
    tunnelKey: NotRequired[int]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class Offering(TypedDict):
    """A size of VM."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    vcpus: int
    memoryBytes: int
    """At least 64 MiB."""
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class OfferingBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class OfferingCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    vcpus: int
    memoryBytes: int
    """At least 64 MiB."""


class OfferingUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class Reservation(TypedDict):
    """Room on a host that a VM has; its id is the VM’s."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    zone: str
    """Where it is."""
    host: str
    vcpus: int
    memoryBytes: int


class Vm(TypedDict):
    """A virtual machine."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    zone: str
    """Where it is."""
    offering: str
    """Its size; copied, so that a withdrawn offering changes nothing."""
    vcpus: int
    memoryBytes: int
    image: str
    """What its root disk is cloned from."""
    hostname: Union[str, None]
    addresses: List[str]
    """Its addresses, default NIC first."""
    host: NotRequired[Union[str, None]]
    lastHost: NotRequired[Union[str, None]]
    state: Literal["creating", "starting", "running", "stopping", "rebooting", "stopped", "recovering", "recycling", "recycled", "deleting", "failed"]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""
    recycledAt: Union[str, None]


class VmBulkInput(TypedDict):
    action: Literal["update", "start", "stop", "powerOff", "reboot", "recover", "changeOwner", "delete", "undelete", "expunge"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    recycled: NotRequired[bool]
    """With `q`: those in the recycle bin, instead."""
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class VmCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    zone: str
    """Where it is."""
    offering: str
    """Its size; copied, so that a withdrawn offering changes nothing."""
    image: str
    """What its root disk is cloned from."""
    hostname: NotRequired[Union[str, None]]
    userData: NotRequired[Union[str, None]]
    networks: List[dict[str, Any]]
    """Networks to be on, default NIC first."""
    rootSizeBytes: NotRequired[Union[int, None]]
    storageClass: NotRequired[Union[str, None]]


class VmUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""


class VmStopInput(TypedDict):
    mode: NotRequired[Literal["auto", "acpi", "agent"]]
    """The power button, the guest agent, or whichever answers."""
    timeoutMs: NotRequired[int]
    """How long the guest may take."""


class VmRebootInput(TypedDict):
    mode: NotRequired[Literal["guest", "reset"]]
    """Ask the guest, or press the reset button."""


class VmChangeOwnerInput(TypedDict):
    to: str
    """The new owner."""


class VmDeleteInput(TypedDict):
    expunge: NotRequired[bool]
    """For good at once, past the recycle bin."""


class Webhook(TypedDict):
    """Posts events to a URL: signed, in order for each resource, again and again until the receiver has them."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    url: str
    """Where events are posted to."""
    kinds: List[str]
    """Kinds whose events are sent, e.g. vm; all that the account sees when empty."""
    changes: List[Literal["created", "updated", "deleted"]]
    """Which changes are sent; every one when empty."""
    user: str
    """Who made or changed it last: it sends what this user may see."""
    failing: bool
    """Something could not be delivered yet; it is tried again."""
    state: Literal["active", "paused"]
    tags: List[dict[str, Any]]
    """Tags on it; see the actions attach and detach of tags."""
    operatorTags: NotRequired[List[dict[str, Any]]]
    """Tags that only operators see."""


class WebhookBulkInput(TypedDict):
    action: Literal["update", "setSecret", "pause", "resume", "ping", "replay", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class WebhookCreateInput(TypedDict):
    name: str
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    url: str
    """Where events are posted to."""
    kinds: NotRequired[List[str]]
    """Kinds whose events are sent, e.g. vm; all that the account sees when empty."""
    changes: NotRequired[List[Literal["created", "updated", "deleted"]]]
    """Which changes are sent; every one when empty."""
    secret: str
    """Signs what is sent, so that the receiver knows it is from here. Kept encrypted, never shown."""


class WebhookUpdateInput(TypedDict):
    name: NotRequired[str]
    """For people; need not be unique."""
    description: NotRequired[str]
    """For people."""
    url: NotRequired[str]
    """Where events are posted to."""
    kinds: NotRequired[List[str]]
    """Kinds whose events are sent, e.g. vm; all that the account sees when empty."""
    changes: NotRequired[List[Literal["created", "updated", "deleted"]]]
    """Which changes are sent; every one when empty."""


class WebhookSetSecretInput(TypedDict):
    secret: str
    """Signs what is sent, so that the receiver knows it is from here. Kept encrypted, never shown."""


class WebhookReplayInput(TypedDict):
    since: str
    """Events from then on."""


class WebhookProgress(TypedDict):
    """How far the events of a webhook have become deliveries."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    webhook: str
    cursor: str
    """Events up to here have become deliveries."""
    deliveries: int
    """How many there were."""


class Delivery(TypedDict):
    """One event on its way to the URL of a webhook, or the record of it."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Who owns it."""
    webhook: str
    position: int
    """Counts the deliveries of the webhook."""
    event: str
    """Cursor of the event in the stream."""
    change: Literal["created", "updated", "deleted", "ping"]
    resourceKind: str
    resource: str
    """What changed."""
    body: dict[str, Any]
    """What is posted."""
    attempts: int
    nextAttemptAt: Union[str, None]
    takenUntil: NotRequired[Union[str, None]]
    responseStatus: Union[int, None]
    error: Union[str, None]
    durationMs: Union[int, None]
    expiresAt: str
    """Until when it is kept."""
    state: Literal["pending", "delivered", "failed"]


class DeliveryBulkInput(TypedDict):
    action: Literal["redeliver"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class QuotaLimit(TypedDict):
    """How much of something an account may have: a default of the platform or of a zone, or an account’s own."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    metric: Literal["volumes", "volumeBytes", "images", "imageBytes", "networks", "vms", "runningVms", "vcpus", "memoryBytes"]
    """What is counted."""
    account: Union[str, None]
    zone: Union[str, None]
    maximum: Union[int, None]
    key: str
    """Account, zone and metric; there is one limit of each."""


class QuotaLimitBulkInput(TypedDict):
    action: Literal["update", "delete"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class QuotaLimitCreateInput(TypedDict):
    metric: Literal["volumes", "volumeBytes", "images", "imageBytes", "networks", "vms", "runningVms", "vcpus", "memoryBytes"]
    """What is counted."""
    account: NotRequired[Union[str, None]]
    zone: NotRequired[Union[str, None]]
    maximum: NotRequired[Union[int, None]]
    description: NotRequired[str]
    """For people."""


class QuotaLimitUpdateInput(TypedDict):
    maximum: NotRequired[Union[int, None]]
    description: NotRequired[str]
    """For people."""


class Quota(TypedDict):
    """What an account uses of something, and how much it may have."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    account: str
    """Whose it is."""
    zone: Union[str, None]
    metric: Literal["volumes", "volumeBytes", "images", "imageBytes", "networks", "vms", "runningVms", "vcpus", "memoryBytes"]
    """What is counted."""
    used: int
    """How much there is, with what lies in the recycle bin and is kept."""
    maximum: Union[int, None]
    source: Union[Literal["account", "zone", "platform"], None]
    unit: Union[str, None]


class QuotaBulkInput(TypedDict):
    action: Literal["setLimit", "useDefault"]
    """What to do with each."""
    ids: NotRequired[Union[List[str], None]]
    q: NotRequired[Union[str, None]]
    input: NotRequired[Union[dict[str, Any], None]]
    versions: NotRequired[Union[dict[str, Any], None]]
    dryRun: NotRequired[bool]
    """Only say what would be refused; nothing is changed."""


class QuotaSetLimitInput(TypedDict):
    maximum: NotRequired[Union[int, None]]


class MasterKey(TypedDict):
    """A key that secrets are sealed with. The key itself is in files of the nodes and never in the database or in an answer."""
    id: str
    """Random, never reused."""
    name: str
    """For people; need not be unique."""
    description: str
    """For people."""
    createdAt: str
    """When it was accepted (RFC 3339, UTC)."""
    updatedAt: str
    """When it last changed."""
    version: int
    """Grows by one with each change; the ETag."""
    cause: Union[dict[str, Any], None]
    key: str
    """Tells keys apart, and nothing of what they are."""
    generation: int
    """One more with each new key."""
    remaining: Union[int, None]
    unreadable: Union[int, None]
    state: Literal["active", "retiring", "retired"]
    """It seals; it only opens, while all that it sealed is sealed anew; no node has it any more."""


class MasterKeyCreateInput(TypedDict):
    description: NotRequired[str]
    """For people."""


class TasksClient(Collection[Task]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "action", "resourceKind", "resource", "user", "state", "percent", "message", "step", "parent", "waitsFor", "finishedAt", "previousState", "saga", "sagaVersion", "epoch", "node", "formerNode", "request", "trace"})

    def list(self, **query: Any) -> Page[Task]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/tasks", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Task]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/tasks", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/tasks", self.QUERY, query)

    def get(self, id: str) -> Task:
        """Get one task."""
        return cast("Task", self._http.call("GET", f"/v1/tasks/{quote(id)}", None))

    def cancel(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Stop it and undo what it did; one that waits for its turn is just taken off."""
        return cast("Task", self._http.call("POST", f"/v1/tasks/{quote(id)}/cancel", None, options))

    def bulk(self, *, action: Literal["cancel"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many tasks; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/tasks/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/tasks/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class NodesClient(Collection[Node]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "state", "epoch", "session", "leaseExpiresAt", "apiUrl", "agentUrl", "softwareVersion", "hosts", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Node]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/nodes", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Node]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/nodes", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/nodes", self.QUERY, query)

    def get(self, id: str) -> Node:
        """Get one node."""
        return cast("Node", self._http.call("GET", f"/v1/nodes/{quote(id)}", None))

    def update(self, id: str, *, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Node:
        """Change its description."""
        return cast("Node", self._http.call("PATCH", f"/v1/nodes/{quote(id)}", given({"description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Forget a node that is gone for good; its tasks have gone to others."""
        self._http.call("DELETE", f"/v1/nodes/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many nodes; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/nodes/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/nodes/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/nodes/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/nodes/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def issue_join_token(self, *, options: Optional[Options] = None) -> dict[str, Any]:
        """Issue a one-time token, valid an hour, with which another control-plane node joins."""
        return cast("dict[str, Any]", self._http.call("POST", "/v1/nodes/join-token", None, options))


class TagsClient(Collection[Tag]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "colour", "type", "public", "spreading"})

    def list(self, **query: Any) -> Page[Tag]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/tags", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Tag]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/tags", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/tags", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, colour: Union[Literal["grey", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"], Unset] = UNSET, operatorOnly: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> Tag:
        """Make a tag of the account that one acts in; those of the platform are for operators."""
        return cast("Tag", self._http.call("POST", "/v1/tags", given({"name": name, "description": description, "colour": colour, "operatorOnly": operatorOnly}), options))

    def get(self, id: str) -> Tag:
        """Get one tag."""
        return cast("Tag", self._http.call("GET", f"/v1/tags/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, colour: Union[Literal["grey", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"], Unset] = UNSET, options: Optional[Options] = None) -> Tag:
        """Change it, wherever it is."""
        return cast("Tag", self._http.call("PATCH", f"/v1/tags/{quote(id)}", given({"name": name, "description": description, "colour": colour}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove it, and take it off everything that has it."""
        self._http.call("DELETE", f"/v1/tags/{quote(id)}", None, options)

    def attach(self, id: str, *, kind: str, resources: List[str], options: Optional[Options] = None) -> Tag:
        """Put it on resources."""
        return cast("Tag", self._http.call("POST", f"/v1/tags/{quote(id)}/attach", given({"kind": kind, "resources": resources}), options))

    def detach(self, id: str, *, kind: str, resources: List[str], options: Optional[Options] = None) -> Tag:
        """Take it off resources."""
        return cast("Tag", self._http.call("POST", f"/v1/tags/{quote(id)}/detach", given({"kind": kind, "resources": resources}), options))

    def bulk(self, *, action: Literal["update", "attach", "detach", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many tags; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/tags/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/tags/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create tags from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/tags/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/tags/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/tags/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/tags/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class ReconcilersClient(Collection[Reconciler]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "state", "node", "run", "leaseUntil", "ranAt", "looked", "unseen", "found", "repaired", "reported", "failed", "skipped", "message", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Reconciler]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/reconcilers", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Reconciler]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/reconcilers", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/reconcilers", self.QUERY, query)

    def get(self, id: str) -> Reconciler:
        """Get one reconciler."""
        return cast("Reconciler", self._http.call("GET", f"/v1/reconcilers/{quote(id)}", None))

    def run(self, id: str, *, options: Optional[Options] = None) -> Reconciler:
        """Compare now, rather than when it is due."""
        return cast("Reconciler", self._http.call("POST", f"/v1/reconcilers/{quote(id)}/run", None, options))

    def bulk(self, *, action: Literal["run"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many reconcilers; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/reconcilers/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/reconcilers/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class FindingsClient(Collection[Finding]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "state", "reconciler", "code", "what", "place", "placeId", "resourceKind", "resource", "since", "endedAt", "remedy", "outcome", "times", "expiresAt", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Finding]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/findings", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Finding]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/findings", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/findings", self.QUERY, query)

    def get(self, id: str) -> Finding:
        """Get one finding."""
        return cast("Finding", self._http.call("GET", f"/v1/findings/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/findings/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SettingsClient(Collection[Setting]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "value", "default", "range", "changed", "module", "overridableBy"})

    def list(self, **query: Any) -> Page[Setting]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/settings", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Setting]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/settings", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/settings", self.QUERY, query)

    def get(self, id: str) -> Setting:
        """Get one setting."""
        return cast("Setting", self._http.call("GET", f"/v1/settings/{quote(id)}", None))

    def set(self, id: str, *, value: dict[str, Any], options: Optional[Options] = None) -> Setting:
        """Set its value for the whole platform."""
        return cast("Setting", self._http.call("POST", f"/v1/settings/{quote(id)}/set", given({"value": value}), options))

    def reset(self, id: str, *, options: Optional[Options] = None) -> Setting:
        """Back to its default."""
        return cast("Setting", self._http.call("POST", f"/v1/settings/{quote(id)}/reset", None, options))

    def override(self, id: str, *, kind: str, resource: str, value: dict[str, Any], options: Optional[Options] = None) -> Setting:
        """Set its value for one resource and what belongs to it, where the setting allows that."""
        return cast("Setting", self._http.call("POST", f"/v1/settings/{quote(id)}/override", given({"kind": kind, "resource": resource, "value": value}), options))

    def inherit(self, id: str, *, kind: str, resource: str, options: Optional[Options] = None) -> Setting:
        """Take the value of its own from a resource, so that the common one counts there again."""
        return cast("Setting", self._http.call("POST", f"/v1/settings/{quote(id)}/inherit", given({"kind": kind, "resource": resource}), options))

    def bulk(self, *, action: Literal["set", "reset", "override", "inherit"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many settings; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/settings/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/settings/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SettingOverridesClient(Collection[SettingOverride]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "setting", "targetKind", "target", "value"})

    def list(self, **query: Any) -> Page[SettingOverride]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/setting-overrides", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[SettingOverride]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/setting-overrides", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/setting-overrides", self.QUERY, query)

    def get(self, id: str) -> SettingOverride:
        """Get one settingOverride."""
        return cast("SettingOverride", self._http.call("GET", f"/v1/setting-overrides/{quote(id)}", None))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Let the common value count there again."""
        self._http.call("DELETE", f"/v1/setting-overrides/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many setting-overrides; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/setting-overrides/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/setting-overrides/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/setting-overrides/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/setting-overrides/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SettingChangesClient(Collection[SettingChange]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "setting", "from", "to", "how", "user", "targetKind", "target"})

    def list(self, **query: Any) -> Page[SettingChange]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/setting-changes", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[SettingChange]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/setting-changes", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/setting-changes", self.QUERY, query)

    def get(self, id: str) -> SettingChange:
        """Get one settingChange."""
        return cast("SettingChange", self._http.call("GET", f"/v1/setting-changes/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/setting-changes/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SettingTemplatesClient(Collection[SettingTemplate]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version"})

    def list(self, **query: Any) -> Page[SettingTemplate]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/setting-templates", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[SettingTemplate]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/setting-templates", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/setting-templates", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, values: Union[Union[dict[str, Any], None], Unset] = UNSET, options: Optional[Options] = None) -> SettingTemplate:
        """Keep a set of values."""
        return cast("SettingTemplate", self._http.call("POST", "/v1/setting-templates", given({"name": name, "description": description, "values": values}), options))

    def get(self, id: str) -> SettingTemplate:
        """Get one settingTemplate."""
        return cast("SettingTemplate", self._http.call("GET", f"/v1/setting-templates/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, values: Union[dict[str, Any], Unset] = UNSET, options: Optional[Options] = None) -> SettingTemplate:
        """Change it; settings that it was applied to stay as they are."""
        return cast("SettingTemplate", self._http.call("PATCH", f"/v1/setting-templates/{quote(id)}", given({"name": name, "description": description, "values": values}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Forget the set."""
        self._http.call("DELETE", f"/v1/setting-templates/{quote(id)}", None, options)

    def apply(self, id: str, *, options: Optional[Options] = None) -> SettingTemplate:
        """Set all its values at once; a preview tells what that would change."""
        return cast("SettingTemplate", self._http.call("POST", f"/v1/setting-templates/{quote(id)}/apply", None, options))

    def bulk(self, *, action: Literal["update", "apply", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many setting-templates; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/setting-templates/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/setting-templates/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create setting-templates from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/setting-templates/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/setting-templates/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/setting-templates/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/setting-templates/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def preview(self, id: str) -> dict[str, Any]:
        """What applying the template would change."""
        return cast("dict[str, Any]", self._http.call("GET", f"/v1/setting-templates/{quote(id)}/preview", None))


class DomainsClient(Collection[Domain]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "parent", "path", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Domain]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/domains", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Domain]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/domains", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/domains", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, parent: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> Domain:
        """Make a domain below another; below that of your account when none is named."""
        return cast("Domain", self._http.call("POST", "/v1/domains", given({"name": name, "description": description, "parent": parent}), options))

    def get(self, id: str) -> Domain:
        """Get one domain."""
        return cast("Domain", self._http.call("GET", f"/v1/domains/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Domain:
        """Change its name or description."""
        return cast("Domain", self._http.call("PATCH", f"/v1/domains/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove a domain without accounts and domains below."""
        self._http.call("DELETE", f"/v1/domains/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many domains; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/domains/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/domains/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create domains from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/domains/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/domains/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/domains/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/domains/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class AccountsClient(Collection[Account]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "type", "domain", "state", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Account]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/accounts", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Account]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/accounts", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/accounts", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, type: Union[Literal["tenant", "project"], Unset] = UNSET, domain: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> Account:
        """Open an account."""
        return cast("Account", self._http.call("POST", "/v1/accounts", given({"name": name, "description": description, "type": type, "domain": domain}), options))

    def get(self, id: str) -> Account:
        """Get one account."""
        return cast("Account", self._http.call("GET", f"/v1/accounts/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Account:
        """Change its name or description."""
        return cast("Account", self._http.call("PATCH", f"/v1/accounts/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Close it; it must own nothing, or be frozen and deleted with all it owns."""
        self._http.call("DELETE", f"/v1/accounts/{quote(id)}", None, options)

    def freeze(self, id: str, *, options: Optional[Options] = None) -> Account:
        """Let none of its users log in or act; its resources stay."""
        return cast("Account", self._http.call("POST", f"/v1/accounts/{quote(id)}/freeze", None, options))

    def unfreeze(self, id: str, *, options: Optional[Options] = None) -> Account:
        """Let its users act again."""
        return cast("Account", self._http.call("POST", f"/v1/accounts/{quote(id)}/unfreeze", None, options))

    def move(self, id: str, *, to: str, options: Optional[Options] = None) -> Account:
        """Put it into another domain, with all it owns. Rights in both domains are needed."""
        return cast("Account", self._http.call("POST", f"/v1/accounts/{quote(id)}/move", given({"to": to}), options))

    def bulk(self, *, action: Literal["update", "freeze", "unfreeze", "move", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many accounts; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/accounts/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/accounts/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create accounts from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/accounts/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/accounts/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/accounts/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/accounts/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def contents(self, id: str) -> dict[str, Any]:
        """What the account owns: what would go with it, and what keeps it from being deleted."""
        return cast("dict[str, Any]", self._http.call("GET", f"/v1/accounts/{quote(id)}/contents", None))


class UsersClient(Collection[User]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "username", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[User]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/users", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[User]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/users", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/users", self.QUERY, query)

    def create(self, *, name: str, username: str, description: Union[str, Unset] = UNSET, password: Union[Union[str, None], Unset] = UNSET, inAccount: Union[Union[str, None], Unset] = UNSET, role: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> User:
        """Add a user to an account; to your own when none is named."""
        return cast("User", self._http.call("POST", "/v1/users", given({"name": name, "username": username, "description": description, "password": password, "inAccount": inAccount, "role": role}), options))

    def get(self, id: str) -> User:
        """Get one user."""
        return cast("User", self._http.call("GET", f"/v1/users/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> User:
        """Change name or description."""
        return cast("User", self._http.call("PATCH", f"/v1/users/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove the user and its sessions."""
        self._http.call("DELETE", f"/v1/users/{quote(id)}", None, options)

    def set_password(self, id: str, *, password: str, options: Optional[Options] = None) -> User:
        """Set a new password; ends all sessions of the user."""
        return cast("User", self._http.call("POST", f"/v1/users/{quote(id)}/set-password", given({"password": password}), options))

    def bulk(self, *, action: Literal["update", "setPassword", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many users; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/users/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/users/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create users from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/users/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/users/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/users/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/users/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class GroupsClient(Collection[Group]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Group]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/groups", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Group]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/groups", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/groups", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Group:
        """Make a group."""
        return cast("Group", self._http.call("POST", "/v1/groups", given({"name": name, "description": description}), options))

    def get(self, id: str) -> Group:
        """Get one group."""
        return cast("Group", self._http.call("GET", f"/v1/groups/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Group:
        """Change its name or description."""
        return cast("Group", self._http.call("PATCH", f"/v1/groups/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove it; its members lose the roles they had through it."""
        self._http.call("DELETE", f"/v1/groups/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many groups; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/groups/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/groups/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create groups from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/groups/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/groups/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/groups/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/groups/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class GroupMembersClient(Collection[GroupMember]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "group", "user", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[GroupMember]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/group-members", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[GroupMember]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/group-members", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/group-members", self.QUERY, query)

    def create(self, *, group: str, user: str, options: Optional[Options] = None) -> GroupMember:
        """Put a user into a group."""
        return cast("GroupMember", self._http.call("POST", "/v1/group-members", given({"group": group, "user": user}), options))

    def get(self, id: str) -> GroupMember:
        """Get one groupMember."""
        return cast("GroupMember", self._http.call("GET", f"/v1/group-members/{quote(id)}", None))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Take a user out of a group."""
        self._http.call("DELETE", f"/v1/group-members/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many group-members; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/group-members/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/group-members/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create group-members from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/group-members/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/group-members/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/group-members/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/group-members/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class RolesClient(Collection[Role]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "key", "system", "public", "revision", "statements", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Role]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/roles", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Role]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/roles", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/roles", self.QUERY, query)

    def create(self, *, name: str, statements: List[dict[str, Any]], description: Union[str, Unset] = UNSET, public: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> Role:
        """Make a role."""
        return cast("Role", self._http.call("POST", "/v1/roles", given({"name": name, "statements": statements, "description": description, "public": public}), options))

    def get(self, id: str) -> Role:
        """Get one role."""
        return cast("Role", self._http.call("GET", f"/v1/roles/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, statements: Union[List[dict[str, Any]], Unset] = UNSET, options: Optional[Options] = None) -> Role:
        """Change it, wherever it is bound."""
        return cast("Role", self._http.call("PATCH", f"/v1/roles/{quote(id)}", given({"name": name, "description": description, "statements": statements}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove a role that is bound nowhere."""
        self._http.call("DELETE", f"/v1/roles/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many roles; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/roles/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/roles/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create roles from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/roles/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/roles/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/roles/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/roles/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class RoleBindingsClient(Collection[RoleBinding]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "user", "group", "role", "scope", "zone", "domain", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[RoleBinding]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/role-bindings", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[RoleBinding]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/role-bindings", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/role-bindings", self.QUERY, query)

    def create(self, *, role: str, scope: Literal["platform", "zone", "domain", "account"], user: Union[Union[str, None], Unset] = UNSET, group: Union[Union[str, None], Unset] = UNSET, zone: Union[Union[str, None], Unset] = UNSET, domain: Union[Union[str, None], Unset] = UNSET, inAccount: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> RoleBinding:
        """Give a role. You can give what you may do yourself where you give it."""
        return cast("RoleBinding", self._http.call("POST", "/v1/role-bindings", given({"role": role, "scope": scope, "user": user, "group": group, "zone": zone, "domain": domain, "inAccount": inAccount}), options))

    def get(self, id: str) -> RoleBinding:
        """Get one roleBinding."""
        return cast("RoleBinding", self._http.call("GET", f"/v1/role-bindings/{quote(id)}", None))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Take the role away."""
        self._http.call("DELETE", f"/v1/role-bindings/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many role-bindings; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/role-bindings/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/role-bindings/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create role-bindings from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/role-bindings/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/role-bindings/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/role-bindings/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/role-bindings/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SharesClient(Collection[Share]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "sharedKind", "resource", "grantee", "toAccount", "toDomain", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Share]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/shares", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Share]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/shares", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/shares", self.QUERY, query)

    def create(self, *, sharedKind: str, resource: str, grantee: Literal["account", "domain", "all"], toAccount: Union[Union[str, None], Unset] = UNSET, toDomain: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> Share:
        """Share a resource."""
        return cast("Share", self._http.call("POST", "/v1/shares", given({"sharedKind": sharedKind, "resource": resource, "grantee": grantee, "toAccount": toAccount, "toDomain": toDomain}), options))

    def get(self, id: str) -> Share:
        """Get one share."""
        return cast("Share", self._http.call("GET", f"/v1/shares/{quote(id)}", None))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Recall it: no new use; who uses it goes on."""
        self._http.call("DELETE", f"/v1/shares/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many shares; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/shares/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/shares/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create shares from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/shares/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/shares/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/shares/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/shares/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SessionsClient(Collection[Session]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "user", "client", "address", "lastUsedAt", "expiresAt", "endsAt"})

    def list(self, **query: Any) -> Page[Session]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/sessions", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Session]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/sessions", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/sessions", self.QUERY, query)

    def create(self, *, username: str, password: str, cookie: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> dict[str, Any]:
        """Log in: user name and password for a bearer token, or for a cookie."""
        return cast("dict[str, Any]", self._http.call("POST", "/v1/sessions", given({"username": username, "password": password, "cookie": cookie}), options))

    def get(self, id: str) -> Session:
        """Get one session."""
        return cast("Session", self._http.call("GET", f"/v1/sessions/{quote(id)}", None))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Log out; its token counts nowhere any more."""
        self._http.call("DELETE", f"/v1/sessions/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many sessions; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/sessions/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/sessions/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/sessions/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/sessions/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def end(self, *, options: Optional[Options] = None) -> None:
        """Log out: ends the session that the request came with."""
        self._http.call("DELETE", "/v1/sessions/current", None, options)


class AccessKeysClient(Collection[AccessKey]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "user", "state", "lastUsedAt"})

    def list(self, **query: Any) -> Page[AccessKey]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/access-keys", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[AccessKey]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/access-keys", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/access-keys", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> dict[str, Any]:
        """Make a key for yourself. The answer has its secret, which is never shown again."""
        return cast("dict[str, Any]", self._http.call("POST", "/v1/access-keys", given({"name": name, "description": description}), options))

    def get(self, id: str) -> AccessKey:
        """Get one accessKey."""
        return cast("AccessKey", self._http.call("GET", f"/v1/access-keys/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> AccessKey:
        """Change name or description."""
        return cast("AccessKey", self._http.call("PATCH", f"/v1/access-keys/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove it; its requests are refused for ever."""
        self._http.call("DELETE", f"/v1/access-keys/{quote(id)}", None, options)

    def disable(self, id: str, *, options: Optional[Options] = None) -> AccessKey:
        """Refuse its requests until it is enabled."""
        return cast("AccessKey", self._http.call("POST", f"/v1/access-keys/{quote(id)}/disable", None, options))

    def enable(self, id: str, *, options: Optional[Options] = None) -> AccessKey:
        """Take its requests again."""
        return cast("AccessKey", self._http.call("POST", f"/v1/access-keys/{quote(id)}/enable", None, options))

    def bulk(self, *, action: Literal["update", "disable", "enable", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many access-keys; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/access-keys/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/access-keys/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create access-keys from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/access-keys/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/access-keys/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/access-keys/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/access-keys/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SeparationsClient(Collection[Separation]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "state", "since"})

    def list(self, **query: Any) -> Page[Separation]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/separations", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Separation]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/separations", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/separations", self.QUERY, query)

    def get(self, id: str) -> Separation:
        """Get one separation."""
        return cast("Separation", self._http.call("GET", f"/v1/separations/{quote(id)}", None))

    def enable(self, id: str, *, sysadmin: str, secadmin: str, secauditor: str, options: Optional[Options] = None) -> Separation:
        """Split the power over the platform; whoever has none of its parts then has no power over it. Two parts together undo it."""
        return cast("Separation", self._http.call("POST", f"/v1/separations/{quote(id)}/enable", given({"sysadmin": sysadmin, "secadmin": secadmin, "secauditor": secauditor}), options))

    def bulk(self, *, action: Literal["enable"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many separations; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/separations/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/separations/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class SeparationRequestsClient(Collection[SeparationRequest]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "purpose", "part", "user", "requestedBy", "requestedPart", "decidedBy", "validUntil", "state"})

    def list(self, **query: Any) -> Page[SeparationRequest]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/separation-requests", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[SeparationRequest]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/separation-requests", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/separation-requests", self.QUERY, query)

    def create(self, *, purpose: Literal["undo", "appoint", "dismiss"], description: Union[str, Unset] = UNSET, part: Union[Union[Literal["sysadmin", "secadmin", "secauditor"], None], Unset] = UNSET, user: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> SeparationRequest:
        """Ask for it."""
        return cast("SeparationRequest", self._http.call("POST", "/v1/separation-requests", given({"purpose": purpose, "description": description, "part": part, "user": user}), options))

    def get(self, id: str) -> SeparationRequest:
        """Get one separationRequest."""
        return cast("SeparationRequest", self._http.call("GET", f"/v1/separation-requests/{quote(id)}", None))

    def approve(self, id: str, *, options: Optional[Options] = None) -> SeparationRequest:
        """Have it done; for who has another part than the one that asks."""
        return cast("SeparationRequest", self._http.call("POST", f"/v1/separation-requests/{quote(id)}/approve", None, options))

    def reject(self, id: str, *, options: Optional[Options] = None) -> SeparationRequest:
        """Refuse it, or take it back."""
        return cast("SeparationRequest", self._http.call("POST", f"/v1/separation-requests/{quote(id)}/reject", None, options))

    def bulk(self, *, action: Literal["approve", "reject"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many separation-requests; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/separation-requests/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/separation-requests/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create separation-requests from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/separation-requests/import", csv, dry_run, options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/separation-requests/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class InvitationsClient(Collection[Invitation]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "user", "requestedBy", "requestedPart", "decidedBy", "validUntil", "state"})

    def list(self, **query: Any) -> Page[Invitation]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/invitations", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Invitation]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/invitations", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/invitations", self.QUERY, query)

    def create(self, *, user: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> dict[str, Any]:
        """Ask for it. The answer has the first code, which is never shown again: give it to the user."""
        return cast("dict[str, Any]", self._http.call("POST", "/v1/invitations", given({"user": user, "description": description}), options))

    def get(self, id: str) -> Invitation:
        """Get one invitation."""
        return cast("Invitation", self._http.call("GET", f"/v1/invitations/{quote(id)}", None))

    def approve(self, id: str, *, options: Optional[Options] = None) -> dict[str, Any]:
        """For who has another part than the one that asks. The answer has the second code: give it to the user, and to nobody else."""
        return cast("dict[str, Any]", self._http.call("POST", f"/v1/invitations/{quote(id)}/approve", None, options))

    def reject(self, id: str, *, options: Optional[Options] = None) -> Invitation:
        """Refuse it, or take it back."""
        return cast("Invitation", self._http.call("POST", f"/v1/invitations/{quote(id)}/reject", None, options))

    def bulk(self, *, action: Literal["approve", "reject"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many invitations; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/invitations/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/invitations/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create invitations from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/invitations/import", csv, dry_run, options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/invitations/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def redeem(self, *, username: str, code: str, secondCode: str, password: str, options: Optional[Options] = None) -> None:
        """Set your own password, with the two codes of an invitation; ends your sessions."""
        self._http.call("POST", "/v1/invitations/redeem", given({"username": username, "code": code, "secondCode": secondCode, "password": password}), options)


class ZonesClient(Collection[Zone]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Zone]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/zones", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Zone]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/zones", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/zones", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Zone:
        """Open a zone."""
        return cast("Zone", self._http.call("POST", "/v1/zones", given({"name": name, "description": description}), options))

    def get(self, id: str) -> Zone:
        """Get one zone."""
        return cast("Zone", self._http.call("GET", f"/v1/zones/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Zone:
        """Change its name or description."""
        return cast("Zone", self._http.call("PATCH", f"/v1/zones/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Close a zone that nothing is in."""
        self._http.call("DELETE", f"/v1/zones/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many zones; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/zones/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/zones/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create zones from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/zones/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/zones/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/zones/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/zones/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class FabricsClient(Collection[Fabric]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "driver", "northbound", "firstTunnelKey", "lastTunnelKey", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Fabric]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/fabrics", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Fabric]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/fabrics", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/fabrics", self.QUERY, query)

    def create(self, *, name: str, zone: str, driver: Literal["ovn", "simulated"], description: Union[str, Unset] = UNSET, northbound: Union[str, Unset] = UNSET, firstTunnelKey: Union[int, Unset] = UNSET, lastTunnelKey: Union[int, Unset] = UNSET, options: Optional[Options] = None) -> Fabric:
        """Add a fabric; its database must answer."""
        return cast("Fabric", self._http.call("POST", "/v1/fabrics", given({"name": name, "zone": zone, "driver": driver, "description": description, "northbound": northbound, "firstTunnelKey": firstTunnelKey, "lastTunnelKey": lastTunnelKey}), options))

    def get(self, id: str) -> Fabric:
        """Get one fabric."""
        return cast("Fabric", self._http.call("GET", f"/v1/fabrics/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Fabric:
        """Change its name or description."""
        return cast("Fabric", self._http.call("PATCH", f"/v1/fabrics/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove a fabric without clusters and networks."""
        self._http.call("DELETE", f"/v1/fabrics/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many fabrics; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/fabrics/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/fabrics/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create fabrics from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/fabrics/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/fabrics/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/fabrics/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/fabrics/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class ClustersClient(Collection[Cluster]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "fabric", "architecture", "cpuOvercommit", "reservedMemoryBytes", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Cluster]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/clusters", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Cluster]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/clusters", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/clusters", self.QUERY, query)

    def create(self, *, name: str, zone: str, fabric: str, description: Union[str, Unset] = UNSET, architecture: Union[Literal["x86_64", "aarch64"], Unset] = UNSET, cpuOvercommit: Union[int, Unset] = UNSET, reservedMemoryBytes: Union[int, Unset] = UNSET, options: Optional[Options] = None) -> Cluster:
        """Add a cluster."""
        return cast("Cluster", self._http.call("POST", "/v1/clusters", given({"name": name, "zone": zone, "fabric": fabric, "description": description, "architecture": architecture, "cpuOvercommit": cpuOvercommit, "reservedMemoryBytes": reservedMemoryBytes}), options))

    def get(self, id: str) -> Cluster:
        """Get one cluster."""
        return cast("Cluster", self._http.call("GET", f"/v1/clusters/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Cluster:
        """Change its name or description."""
        return cast("Cluster", self._http.call("PATCH", f"/v1/clusters/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove a cluster without hosts and pools."""
        self._http.call("DELETE", f"/v1/clusters/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many clusters; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/clusters/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/clusters/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create clusters from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/clusters/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/clusters/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/clusters/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/clusters/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class HostsClient(Collection[Host]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "cluster", "state", "enabled", "hostname", "chassis", "tunnelAddress", "virtualization", "virtualizationReason", "cpuModel", "cpuCount", "memoryBytes", "vcpuCapacity", "memoryCapacityBytes", "vcpusReserved", "memoryReservedBytes", "agentVersion", "node", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Host]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/hosts", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Host]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/hosts", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/hosts", self.QUERY, query)

    def create(self, *, name: str, zone: str, cluster: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Host:
        """Announce a host; then issue a token and register its agent with it."""
        return cast("Host", self._http.call("POST", "/v1/hosts", given({"name": name, "zone": zone, "cluster": cluster, "description": description}), options))

    def get(self, id: str) -> Host:
        """Get one host."""
        return cast("Host", self._http.call("GET", f"/v1/hosts/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Host:
        """Change its name or description."""
        return cast("Host", self._http.call("PATCH", f"/v1/hosts/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove a host that has no VMs and no disks; its agent is refused from then on."""
        self._http.call("DELETE", f"/v1/hosts/{quote(id)}", None, options)

    def enable(self, id: str, *, options: Optional[Options] = None) -> Host:
        """Let it take new guests."""
        return cast("Host", self._http.call("POST", f"/v1/hosts/{quote(id)}/enable", None, options))

    def disable(self, id: str, *, options: Optional[Options] = None) -> Host:
        """Let it take no new guests; those it runs go on."""
        return cast("Host", self._http.call("POST", f"/v1/hosts/{quote(id)}/disable", None, options))

    def recover(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Take over what its agent tells, or that it is not here."""
        return cast("Task", self._http.call("POST", f"/v1/hosts/{quote(id)}/recover", None, options))

    def abandon(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Give up a host that is lost for ever: VMs whose disks were only there are failed, others can start elsewhere."""
        return cast("Task", self._http.call("POST", f"/v1/hosts/{quote(id)}/abandon", None, options))

    def bulk(self, *, action: Literal["update", "enable", "disable", "recover", "abandon", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many hosts; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/hosts/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/hosts/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create hosts from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/hosts/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/hosts/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/hosts/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/hosts/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def issue_token(self, id: str, *, options: Optional[Options] = None) -> dict[str, Any]:
        """Issue a one-time token, valid as long as the settings say, with which the agent of the host registers."""
        return cast("dict[str, Any]", self._http.call("POST", f"/v1/hosts/{quote(id)}/registration-token", None, options))


class StorageClassesClient(Collection[StorageClass]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[StorageClass]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/storage-classes", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[StorageClass]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/storage-classes", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/storage-classes", self.QUERY, query)

    def create(self, *, name: str, zone: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> StorageClass:
        """Offer a kind of disk."""
        return cast("StorageClass", self._http.call("POST", "/v1/storage-classes", given({"name": name, "zone": zone, "description": description}), options))

    def get(self, id: str) -> StorageClass:
        """Get one storageClass."""
        return cast("StorageClass", self._http.call("GET", f"/v1/storage-classes/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> StorageClass:
        """Change its name or description."""
        return cast("StorageClass", self._http.call("PATCH", f"/v1/storage-classes/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Offer it no more; no pool may be of it."""
        self._http.call("DELETE", f"/v1/storage-classes/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many storage-classes; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/storage-classes/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/storage-classes/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create storage-classes from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/storage-classes/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/storage-classes/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/storage-classes/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/storage-classes/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class StoragePoolsClient(Collection[StoragePool]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "cluster", "class", "type", "path", "state", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[StoragePool]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/storage-pools", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[StoragePool]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/storage-pools", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/storage-pools", self.QUERY, query)

    def create(self, *, name: str, zone: str, cluster: str, class_: str, type: Literal["local", "smp", "simulated"], path: str, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Add a pool; every connected host of the cluster must be able to use it."""
        return cast("Task", self._http.call("POST", "/v1/storage-pools", given({"name": name, "zone": zone, "cluster": cluster, "class": class_, "type": type, "path": path, "description": description}), options))

    def get(self, id: str) -> StoragePool:
        """Get one storagePool."""
        return cast("StoragePool", self._http.call("GET", f"/v1/storage-pools/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> StoragePool:
        """Change its name or description."""
        return cast("StoragePool", self._http.call("PATCH", f"/v1/storage-pools/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Remove a pool without volumes; cached images in it go."""
        return cast("Task", self._http.call("DELETE", f"/v1/storage-pools/{quote(id)}", None, options))

    def recover(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Look what there is of it, and bring it to a state that is true; from any state that no task works on."""
        return cast("Task", self._http.call("POST", f"/v1/storage-pools/{quote(id)}/recover", None, options))

    def bulk(self, *, action: Literal["update", "recover", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many storage-pools; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/storage-pools/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/storage-pools/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create storage-pools from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/storage-pools/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/storage-pools/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/storage-pools/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/storage-pools/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class PoolMountsClient(Collection[PoolMount]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "pool", "host", "state", "totalBytes", "availableBytes"})

    def list(self, **query: Any) -> Page[PoolMount]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/pool-mounts", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[PoolMount]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/pool-mounts", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/pool-mounts", self.QUERY, query)

    def get(self, id: str) -> PoolMount:
        """Get one poolMount."""
        return cast("PoolMount", self._http.call("GET", f"/v1/pool-mounts/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/pool-mounts/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class LayersClient(Collection[Layer]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "pool", "host", "parent", "virtualSizeBytes"})

    def list(self, **query: Any) -> Page[Layer]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/layers", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Layer]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/layers", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/layers", self.QUERY, query)

    def get(self, id: str) -> Layer:
        """Get one layer."""
        return cast("Layer", self._http.call("GET", f"/v1/layers/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/layers/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class CacheEntriesClient(Collection[CacheEntry]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "image", "pool", "host", "key", "layer", "state"})

    def list(self, **query: Any) -> Page[CacheEntry]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/cache-entries", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[CacheEntry]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/cache-entries", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/cache-entries", self.QUERY, query)

    def get(self, id: str) -> CacheEntry:
        """Get one cacheEntry."""
        return cast("CacheEntry", self._http.call("GET", f"/v1/cache-entries/{quote(id)}", None))

    def delete(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Free the space; the next VM brings it again."""
        return cast("Task", self._http.call("DELETE", f"/v1/cache-entries/{quote(id)}", None, options))

    def fill(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Bring the image here."""
        return cast("Task", self._http.call("POST", f"/v1/cache-entries/{quote(id)}/fill", None, options))

    def recover(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Look what there is of it, and bring it to a state that is true; from any state that no task works on."""
        return cast("Task", self._http.call("POST", f"/v1/cache-entries/{quote(id)}/recover", None, options))

    def bulk(self, *, action: Literal["fill", "recover", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many cache-entries; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/cache-entries/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/cache-entries/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/cache-entries/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/cache-entries/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class VolumesClient(Collection[Volume]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "zone", "class", "sizeBytes", "vm", "image", "pool", "host", "topLayer", "state", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Volume]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/volumes", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Volume]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/volumes", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/volumes", self.QUERY, query)

    def get(self, id: str) -> Volume:
        """Get one volume."""
        return cast("Volume", self._http.call("GET", f"/v1/volumes/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/volumes/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class ImageStoresClient(Collection[ImageStore]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "path", "node", "totalBytes", "availableBytes", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[ImageStore]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/image-stores", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[ImageStore]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/image-stores", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/image-stores", self.QUERY, query)

    def create(self, *, name: str, path: str, description: Union[str, Unset] = UNSET, shared: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> ImageStore:
        """Add a store: a directory, which must be writable, of the control-plane node that is asked."""
        return cast("ImageStore", self._http.call("POST", "/v1/image-stores", given({"name": name, "path": path, "description": description, "shared": shared}), options))

    def get(self, id: str) -> ImageStore:
        """Get one imageStore."""
        return cast("ImageStore", self._http.call("GET", f"/v1/image-stores/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> ImageStore:
        """Change its name or description."""
        return cast("ImageStore", self._http.call("PATCH", f"/v1/image-stores/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove a store without images; its files stay."""
        self._http.call("DELETE", f"/v1/image-stores/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many image-stores; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/image-stores/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/image-stores/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create image-stores from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/image-stores/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/image-stores/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/image-stores/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/image-stores/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class ImagesClient(Collection[Image]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "recycled", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "public", "url", "sha256", "architecture", "sizeBytes", "virtualSizeBytes", "store", "state", "tags", "operatorTags", "recycledAt"})

    def list(self, **query: Any) -> Page[Image]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/images", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Image]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/images", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/images", self.QUERY, query)

    def create(self, *, name: str, description: Union[str, Unset] = UNSET, url: Union[Union[str, None], Unset] = UNSET, sha256: Union[Union[str, None], Unset] = UNSET, architecture: Union[Literal["x86_64", "aarch64"], Unset] = UNSET, public: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Add an image, by URL or by upload."""
        return cast("Task", self._http.call("POST", "/v1/images", given({"name": name, "description": description, "url": url, "sha256": sha256, "architecture": architecture, "public": public}), options))

    def get(self, id: str) -> Image:
        """Get one image."""
        return cast("Image", self._http.call("GET", f"/v1/images/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Image:
        """Change its name or description."""
        return cast("Image", self._http.call("PATCH", f"/v1/images/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, expunge: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Move it to the recycle bin; VMs made from it go on."""
        return cast("Task", self._http.call("DELETE", f"/v1/images/{quote(id)}", given({"expunge": expunge}), options))

    def recover(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Look what there is of it, and bring it to a state that is true; from any state that no task works on."""
        return cast("Task", self._http.call("POST", f"/v1/images/{quote(id)}/recover", None, options))

    def change_owner(self, id: str, *, to: str, options: Optional[Options] = None) -> Image:
        """Give it to another account, with what belongs to it."""
        return cast("Image", self._http.call("POST", f"/v1/images/{quote(id)}/change-owner", given({"to": to}), options))

    def undelete(self, id: str, *, options: Optional[Options] = None) -> Image:
        """Take it out of the recycle bin; the Image is ready afterwards."""
        return cast("Image", self._http.call("POST", f"/v1/images/{quote(id)}/undelete", None, options))

    def expunge(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Delete it for good; it cannot be undeleted after that."""
        return cast("Task", self._http.call("POST", f"/v1/images/{quote(id)}/expunge", None, options))

    def bulk(self, *, action: Literal["update", "recover", "changeOwner", "delete", "undelete", "expunge"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, recycled: Union[bool, Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many images; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/images/bulk", given({"action": action, "ids": ids, "q": q, "recycled": recycled, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/images/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create images from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/images/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/images/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/images/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/images/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class NetworksClient(Collection[Network]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "zone", "cidr", "gateway", "ranges", "dnsServers", "mtu", "fabric", "tunnelKey", "state", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Network]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/networks", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Network]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/networks", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/networks", self.QUERY, query)

    def create(self, *, name: str, zone: str, cidr: str, description: Union[str, Unset] = UNSET, gateway: Union[Union[str, None], Unset] = UNSET, ranges: Union[List[dict[str, Any]], Unset] = UNSET, dnsServers: Union[List[str], Unset] = UNSET, mtu: Union[int, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Make a network."""
        return cast("Task", self._http.call("POST", "/v1/networks", given({"name": name, "zone": zone, "cidr": cidr, "description": description, "gateway": gateway, "ranges": ranges, "dnsServers": dnsServers, "mtu": mtu}), options))

    def get(self, id: str) -> Network:
        """Get one network."""
        return cast("Network", self._http.call("GET", f"/v1/networks/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Network:
        """Change its name or description."""
        return cast("Network", self._http.call("PATCH", f"/v1/networks/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Remove a network without NICs."""
        return cast("Task", self._http.call("DELETE", f"/v1/networks/{quote(id)}", None, options))

    def recover(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Look what there is of it, and bring it to a state that is true; from any state that no task works on."""
        return cast("Task", self._http.call("POST", f"/v1/networks/{quote(id)}/recover", None, options))

    def change_owner(self, id: str, *, to: str, options: Optional[Options] = None) -> Network:
        """Give it to another account, with what belongs to it."""
        return cast("Network", self._http.call("POST", f"/v1/networks/{quote(id)}/change-owner", given({"to": to}), options))

    def bulk(self, *, action: Literal["update", "recover", "delete", "changeOwner"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many networks; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/networks/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/networks/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create networks from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/networks/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/networks/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/networks/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/networks/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class NicsClient(Collection[Nic]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "zone", "network", "vm", "mac", "address", "deleteWithVm", "index", "tunnelKey", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Nic]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/nics", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Nic]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/nics", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/nics", self.QUERY, query)

    def get(self, id: str) -> Nic:
        """Get one nic."""
        return cast("Nic", self._http.call("GET", f"/v1/nics/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/nics/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class OfferingsClient(Collection[Offering]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "vcpus", "memoryBytes", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Offering]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/offerings", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Offering]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/offerings", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/offerings", self.QUERY, query)

    def create(self, *, name: str, vcpus: int, memoryBytes: int, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Offering:
        """Offer a size."""
        return cast("Offering", self._http.call("POST", "/v1/offerings", given({"name": name, "vcpus": vcpus, "memoryBytes": memoryBytes, "description": description}), options))

    def get(self, id: str) -> Offering:
        """Get one offering."""
        return cast("Offering", self._http.call("GET", f"/v1/offerings/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Offering:
        """Change its name or description."""
        return cast("Offering", self._http.call("PATCH", f"/v1/offerings/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Offer it no more; VMs of this size go on."""
        self._http.call("DELETE", f"/v1/offerings/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many offerings; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/offerings/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/offerings/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create offerings from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/offerings/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/offerings/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/offerings/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/offerings/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class ReservationsClient(Collection[Reservation]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "zone", "host", "vcpus", "memoryBytes"})

    def list(self, **query: Any) -> Page[Reservation]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/reservations", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Reservation]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/reservations", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/reservations", self.QUERY, query)

    def get(self, id: str) -> Reservation:
        """Get one reservation."""
        return cast("Reservation", self._http.call("GET", f"/v1/reservations/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/reservations/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class VmsClient(Collection[Vm]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "recycled", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "zone", "offering", "vcpus", "memoryBytes", "image", "hostname", "addresses", "host", "lastHost", "state", "tags", "operatorTags", "recycledAt"})

    def list(self, **query: Any) -> Page[Vm]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/vms", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Vm]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/vms", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/vms", self.QUERY, query)

    def create(self, *, name: str, zone: str, offering: str, image: str, networks: List[dict[str, Any]], description: Union[str, Unset] = UNSET, hostname: Union[Union[str, None], Unset] = UNSET, userData: Union[Union[str, None], Unset] = UNSET, rootSizeBytes: Union[Union[int, None], Unset] = UNSET, storageClass: Union[Union[str, None], Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Create a VM and start it."""
        return cast("Task", self._http.call("POST", "/v1/vms", given({"name": name, "zone": zone, "offering": offering, "image": image, "networks": networks, "description": description, "hostname": hostname, "userData": userData, "rootSizeBytes": rootSizeBytes, "storageClass": storageClass}), options))

    def get(self, id: str) -> Vm:
        """Get one vm."""
        return cast("Vm", self._http.call("GET", f"/v1/vms/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Vm:
        """Change its name or description."""
        return cast("Vm", self._http.call("PATCH", f"/v1/vms/{quote(id)}", given({"name": name, "description": description}), options))

    def delete(self, id: str, *, expunge: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Power it off and move it to the recycle bin, with its root disk, NICs and addresses."""
        return cast("Task", self._http.call("DELETE", f"/v1/vms/{quote(id)}", given({"expunge": expunge}), options))

    def start(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Start it."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/start", None, options))

    def stop(self, id: str, *, mode: Union[Literal["auto", "acpi", "agent"], Unset] = UNSET, timeoutMs: Union[int, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Ask the guest to shut down and wait until it did."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/stop", given({"mode": mode, "timeoutMs": timeoutMs}), options))

    def power_off(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Pull the plug; what the guest did not write is lost."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/power-off", None, options))

    def reboot(self, id: str, *, mode: Union[Literal["guest", "reset"], Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Reboot the guest."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/reboot", given({"mode": mode}), options))

    def recover(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Look what there is of it, and bring it to a state that is true; from any state that no task works on."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/recover", None, options))

    def change_owner(self, id: str, *, to: str, options: Optional[Options] = None) -> Vm:
        """Give it to another account, with what belongs to it."""
        return cast("Vm", self._http.call("POST", f"/v1/vms/{quote(id)}/change-owner", given({"to": to}), options))

    def undelete(self, id: str, *, options: Optional[Options] = None) -> Vm:
        """Take it out of the recycle bin; the VM is stopped afterwards."""
        return cast("Vm", self._http.call("POST", f"/v1/vms/{quote(id)}/undelete", None, options))

    def expunge(self, id: str, *, options: Optional[Options] = None) -> Task:
        """Delete it for good; it cannot be undeleted after that."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/expunge", None, options))

    def bulk(self, *, action: Literal["update", "start", "stop", "powerOff", "reboot", "recover", "changeOwner", "delete", "undelete", "expunge"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, recycled: Union[bool, Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many vms; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/vms/bulk", given({"action": action, "ids": ids, "q": q, "recycled": recycled, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/vms/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create vms from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/vms/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/vms/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/vms/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/vms/{quote(id)}/relations", {"depth": depth, "limit": limit}))

    def console(self, id: str, *, kind: Literal["vnc", "serial"], options: Optional[Options] = None) -> dict[str, Any]:
        """Get a one-time ticket, valid for some minutes, for a WebSocket to the screen (vnc) or serial line of a running VM."""
        return cast("dict[str, Any]", self._http.call("POST", f"/v1/vms/{quote(id)}/console", given({"kind": kind}), options))

    def console_log(self, id: str) -> dict[str, Any]:
        """What the guest printed on its serial console, the last megabyte of it."""
        return cast("dict[str, Any]", self._http.call("GET", f"/v1/vms/{quote(id)}/console-log", None))

    def guest_addresses(self, id: str) -> dict[str, Any]:
        """Addresses that the guest itself reports through its agent."""
        return cast("dict[str, Any]", self._http.call("GET", f"/v1/vms/{quote(id)}/guest-addresses", None))


class WebhooksClient(Collection[Webhook]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "url", "kinds", "changes", "user", "failing", "state", "tags", "operatorTags"})

    def list(self, **query: Any) -> Page[Webhook]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/webhooks", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Webhook]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/webhooks", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/webhooks", self.QUERY, query)

    def create(self, *, name: str, url: str, secret: str, description: Union[str, Unset] = UNSET, kinds: Union[List[str], Unset] = UNSET, changes: Union[List[Literal["created", "updated", "deleted"]], Unset] = UNSET, options: Optional[Options] = None) -> Webhook:
        """Send events from now on."""
        return cast("Webhook", self._http.call("POST", "/v1/webhooks", given({"name": name, "url": url, "secret": secret, "description": description, "kinds": kinds, "changes": changes}), options))

    def get(self, id: str) -> Webhook:
        """Get one webhook."""
        return cast("Webhook", self._http.call("GET", f"/v1/webhooks/{quote(id)}", None))

    def update(self, id: str, *, name: Union[str, Unset] = UNSET, description: Union[str, Unset] = UNSET, url: Union[str, Unset] = UNSET, kinds: Union[List[str], Unset] = UNSET, changes: Union[List[Literal["created", "updated", "deleted"]], Unset] = UNSET, options: Optional[Options] = None) -> Webhook:
        """Change where or what is sent."""
        return cast("Webhook", self._http.call("PATCH", f"/v1/webhooks/{quote(id)}", given({"name": name, "description": description, "url": url, "kinds": kinds, "changes": changes}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Send nothing any more and forget its deliveries."""
        self._http.call("DELETE", f"/v1/webhooks/{quote(id)}", None, options)

    def set_secret(self, id: str, *, secret: str, options: Optional[Options] = None) -> Webhook:
        """Sign with another secret from now on."""
        return cast("Webhook", self._http.call("POST", f"/v1/webhooks/{quote(id)}/set-secret", given({"secret": secret}), options))

    def pause(self, id: str, *, options: Optional[Options] = None) -> Webhook:
        """Send nothing; what happens meanwhile is sent later."""
        return cast("Webhook", self._http.call("POST", f"/v1/webhooks/{quote(id)}/pause", None, options))

    def resume(self, id: str, *, options: Optional[Options] = None) -> Webhook:
        """Send again, beginning with what was kept."""
        return cast("Webhook", self._http.call("POST", f"/v1/webhooks/{quote(id)}/resume", None, options))

    def ping(self, id: str, *, options: Optional[Options] = None) -> Webhook:
        """Send a test event."""
        return cast("Webhook", self._http.call("POST", f"/v1/webhooks/{quote(id)}/ping", None, options))

    def replay(self, id: str, *, since: str, options: Optional[Options] = None) -> Webhook:
        """Send everything since a time once more, as far back as events are kept."""
        return cast("Webhook", self._http.call("POST", f"/v1/webhooks/{quote(id)}/replay", given({"since": since}), options))

    def bulk(self, *, action: Literal["update", "setSecret", "pause", "resume", "ping", "replay", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many webhooks; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/webhooks/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/webhooks/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create webhooks from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/webhooks/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/webhooks/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/webhooks/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/webhooks/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class WebhookProgressClient(Collection[WebhookProgress]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "webhook", "deliveries"})

    def list(self, **query: Any) -> Page[WebhookProgress]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/webhook-progress", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[WebhookProgress]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/webhook-progress", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/webhook-progress", self.QUERY, query)

    def get(self, id: str) -> WebhookProgress:
        """Get one webhookProgress."""
        return cast("WebhookProgress", self._http.call("GET", f"/v1/webhook-progress/{quote(id)}", None))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/webhook-progress/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class DeliveriesClient(Collection[Delivery]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "webhook", "position", "event", "change", "resourceKind", "resource", "attempts", "nextAttemptAt", "takenUntil", "responseStatus", "error", "durationMs", "expiresAt", "state"})

    def list(self, **query: Any) -> Page[Delivery]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/deliveries", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Delivery]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/deliveries", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/deliveries", self.QUERY, query)

    def get(self, id: str) -> Delivery:
        """Get one delivery."""
        return cast("Delivery", self._http.call("GET", f"/v1/deliveries/{quote(id)}", None))

    def redeliver(self, id: str, *, options: Optional[Options] = None) -> Delivery:
        """Send it once more."""
        return cast("Delivery", self._http.call("POST", f"/v1/deliveries/{quote(id)}/redeliver", None, options))

    def bulk(self, *, action: Literal["redeliver"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many deliveries; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/deliveries/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/deliveries/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class QuotaLimitsClient(Collection[QuotaLimit]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "metric", "account", "zone", "maximum", "key"})

    def list(self, **query: Any) -> Page[QuotaLimit]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/quota-limits", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[QuotaLimit]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/quota-limits", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/quota-limits", self.QUERY, query)

    def create(self, *, metric: Literal["volumes", "volumeBytes", "images", "imageBytes", "networks", "vms", "runningVms", "vcpus", "memoryBytes"], account: Union[Union[str, None], Unset] = UNSET, zone: Union[Union[str, None], Unset] = UNSET, maximum: Union[Union[int, None], Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> QuotaLimit:
        """Set a limit."""
        return cast("QuotaLimit", self._http.call("POST", "/v1/quota-limits", given({"metric": metric, "account": account, "zone": zone, "maximum": maximum, "description": description}), options))

    def get(self, id: str) -> QuotaLimit:
        """Get one quotaLimit."""
        return cast("QuotaLimit", self._http.call("GET", f"/v1/quota-limits/{quote(id)}", None))

    def update(self, id: str, *, maximum: Union[Union[int, None], Unset] = UNSET, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> QuotaLimit:
        """Change it; what is used already stays."""
        return cast("QuotaLimit", self._http.call("PATCH", f"/v1/quota-limits/{quote(id)}", given({"maximum": maximum, "description": description}), options))

    def delete(self, id: str, *, options: Optional[Options] = None) -> None:
        """Remove it; the next wider one counts again."""
        self._http.call("DELETE", f"/v1/quota-limits/{quote(id)}", None, options)

    def bulk(self, *, action: Literal["update", "delete"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many quota-limits; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/quota-limits/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/quota-limits/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create quota-limits from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/quota-limits/import", csv, dry_run, options))

    def deletion(self, id: str, *, limit: Optional[int] = None) -> Deletion:
        """What would go if it were deleted with what it has, and what forbids that."""
        return cast("Deletion", self._http.get(f"/v1/quota-limits/{quote(id)}/deletion", {"limit": limit}))

    def delete_all(self, id: str, *, agreed: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> Task:
        """Delete it with what it has, as one task."""
        return cast("Task", self._http.call("POST", f"/v1/quota-limits/{quote(id)}/deletion", given({"agreed": agreed}), options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/quota-limits/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class QuotasClient(Collection[Quota]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "account", "zone", "metric", "used", "maximum", "source", "unit"})

    def list(self, **query: Any) -> Page[Quota]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/quotas", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[Quota]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/quotas", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/quotas", self.QUERY, query)

    def get(self, id: str) -> Quota:
        """Get one quota."""
        return cast("Quota", self._http.call("GET", f"/v1/quotas/{quote(id)}", None))

    def set_limit(self, id: str, *, maximum: Union[Union[int, None], Unset] = UNSET, options: Optional[Options] = None) -> Quota:
        """Set a limit for this account and zone, in place of wider ones."""
        return cast("Quota", self._http.call("POST", f"/v1/quotas/{quote(id)}/set-limit", given({"maximum": maximum}), options))

    def use_default(self, id: str, *, options: Optional[Options] = None) -> Quota:
        """Remove the limit that was set for this account and zone; the next wider one counts again."""
        return cast("Quota", self._http.call("POST", f"/v1/quotas/{quote(id)}/use-default", None, options))

    def bulk(self, *, action: Literal["setLimit", "useDefault"], ids: Union[Union[List[str], None], Unset] = UNSET, q: Union[Union[str, None], Unset] = UNSET, input: Union[Union[dict[str, Any], None], Unset] = UNSET, versions: Union[Union[dict[str, Any], None], Unset] = UNSET, dryRun: Union[bool, Unset] = UNSET, options: Optional[Options] = None) -> BulkAnswer:
        """Do one action with many quotas; each has a result of its own."""
        return cast("BulkAnswer", self._http.call("POST", "/v1/quotas/bulk", given({"action": action, "ids": ids, "q": q, "input": input, "versions": versions, "dryRun": dryRun}), options))

    def recount(self, *, options: Optional[Options] = None) -> dict[str, Any]:
        """Count again what accounts use, mend what differs, and tell of it. Operators only."""
        return cast("dict[str, Any]", self._http.call("POST", "/v1/quotas/recount", None, options))


class MasterKeysClient(Collection[MasterKey]):
    QUERY: FrozenSet[str] = frozenset({"q", "sort", "fields", "count", "limit", "cursor", "offset", "groupBy", "sum", "min", "max", "avg", "id", "name", "description", "createdAt", "updatedAt", "version", "key", "generation", "remaining", "unreadable", "state"})

    def list(self, **query: Any) -> Page[MasterKey]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/master-keys", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[MasterKey]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/master-keys", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/master-keys", self.QUERY, query)

    def create(self, *, description: Union[str, Unset] = UNSET, options: Optional[Options] = None) -> MasterKey:
        """Make a new master key, hand it to every node, and seal everything anew with it, while all goes on."""
        return cast("MasterKey", self._http.call("POST", "/v1/master-keys", given({"description": description}), options))

    def get(self, id: str) -> MasterKey:
        """Get one masterKey."""
        return cast("MasterKey", self._http.call("GET", f"/v1/master-keys/{quote(id)}", None))

    def csv_template(self) -> str:
        """A CSV file to fill in for an import: the columns, and a remark on each."""
        return self._http.text("/v1/master-keys/csv-template", {})

    def import_csv(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ImportAnswer:
        """Create master-keys from a CSV file, one a line; each has a result of its own."""
        return cast("ImportAnswer", self._http.send_csv("/v1/master-keys/import", csv, dry_run, options))

    def relations(self, id: str, *, depth: Optional[int] = None, limit: Optional[int] = None) -> Topology:
        """It and what is around it, as nodes and edges."""
        return cast("Topology", self._http.get(f"/v1/master-keys/{quote(id)}/relations", {"depth": depth, "limit": limit}))


class RicsClient(Endpoint):
    def get(self) -> None:
        """Metrics of this node in the text format of Prometheus."""
        self._http.call("GET", "/metrics", None)


class HealthClient(Endpoint):
    def get(self) -> dict[str, Any]:
        """Whether this node lives: it answers. For what restarts it when it does not."""
        return cast("dict[str, Any]", self._http.call("GET", "/v1/health", None))

    def ready(self) -> dict[str, Any]:
        """Whether this node can serve: its database and everything else it stands on answers. For load balancers."""
        return cast("dict[str, Any]", self._http.call("GET", "/v1/health/ready", None))


class DiagnosisClient(Endpoint):
    def get(self) -> dict[str, Any]:
        """What is wrong with the cloud, what it means, and what to do about it. For operators."""
        return cast("dict[str, Any]", self._http.call("GET", "/v1/diagnosis", None))


class AuditClient(Collection[dict[str, Any]]):
    QUERY: FrozenSet[str] = frozenset({"user", "account", "action", "resource", "address", "outcome", "code", "request", "since", "until", "limit", "cursor", "format"})

    def list(self, **query: Any) -> Page[dict[str, Any]]:
        """One page, newest first unless sorted. Query parameters: see `QUERY`."""
        return self._page("/v1/audit", self.QUERY, query)

    def all(self, **query: Any) -> Iterator[dict[str, Any]]:
        """Everything that matches, page after page as it is needed."""
        return self._all("/v1/audit", self.QUERY, query)

    def export_csv(self, **query: Any) -> str:
        """Everything that matches, as CSV."""
        return self._csv("/v1/audit", self.QUERY, query)

    def verify(self, *, options: Optional[Options] = None) -> dict[str, Any]:
        """Recompute the hash chains of the audit and report what was removed or changed."""
        return cast("dict[str, Any]", self._http.call("POST", "/v1/audit/verify", None, options))


class AccessClient(Endpoint):
    def why(self, *, permission: Optional[str] = None, resource: Optional[str] = None, zone: Optional[str] = None) -> dict[str, Any]:
        """Why you may do something, or why not: the statement, role and binding that decide."""
        return cast("dict[str, Any]", self._http.get("/v1/access/why", {"permission": permission, "resource": resource, "zone": zone}))

    def can(self, *, kind: Optional[str] = None, resource: Optional[str] = None, zone: Optional[str] = None) -> dict[str, Any]:
        """What you may do with a kind or a resource, and why not: a line for each permission."""
        return cast("dict[str, Any]", self._http.get("/v1/access/can", {"kind": kind, "resource": resource, "zone": zone}))


class KindsClient(Endpoint):
    def list(self) -> dict[str, Any]:
        """The kinds you can see, with their fields, relations and actions, as data."""
        return cast("dict[str, Any]", self._http.call("GET", "/v1/kinds", None))


class OpenapiJsonClient(Endpoint):
    def get(self) -> dict[str, Any]:
        """This document."""
        return cast("dict[str, Any]", self._http.call("GET", "/v1/openapi.json", None))


class MeClient(Endpoint):
    def get(self) -> dict[str, Any]:
        """Who you are, and your roles."""
        return cast("dict[str, Any]", self._http.call("GET", "/v1/me", None))


class Clients:
    """A client for each collection."""

    def __init__(self, http: Http) -> None:
        self.tasks = TasksClient(http)
        self.nodes = NodesClient(http)
        self.tags = TagsClient(http)
        self.reconcilers = ReconcilersClient(http)
        self.findings = FindingsClient(http)
        self.settings = SettingsClient(http)
        self.setting_overrides = SettingOverridesClient(http)
        self.setting_changes = SettingChangesClient(http)
        self.setting_templates = SettingTemplatesClient(http)
        self.domains = DomainsClient(http)
        self.accounts = AccountsClient(http)
        self.users = UsersClient(http)
        self.groups = GroupsClient(http)
        self.group_members = GroupMembersClient(http)
        self.roles = RolesClient(http)
        self.role_bindings = RoleBindingsClient(http)
        self.shares = SharesClient(http)
        self.sessions = SessionsClient(http)
        self.access_keys = AccessKeysClient(http)
        self.separations = SeparationsClient(http)
        self.separation_requests = SeparationRequestsClient(http)
        self.invitations = InvitationsClient(http)
        self.zones = ZonesClient(http)
        self.fabrics = FabricsClient(http)
        self.clusters = ClustersClient(http)
        self.hosts = HostsClient(http)
        self.storage_classes = StorageClassesClient(http)
        self.storage_pools = StoragePoolsClient(http)
        self.pool_mounts = PoolMountsClient(http)
        self.layers = LayersClient(http)
        self.cache_entries = CacheEntriesClient(http)
        self.volumes = VolumesClient(http)
        self.image_stores = ImageStoresClient(http)
        self.images = ImagesClient(http)
        self.networks = NetworksClient(http)
        self.nics = NicsClient(http)
        self.offerings = OfferingsClient(http)
        self.reservations = ReservationsClient(http)
        self.vms = VmsClient(http)
        self.webhooks = WebhooksClient(http)
        self.webhook_progress = WebhookProgressClient(http)
        self.deliveries = DeliveriesClient(http)
        self.quota_limits = QuotaLimitsClient(http)
        self.quotas = QuotasClient(http)
        self.master_keys = MasterKeysClient(http)
        self.rics = RicsClient(http)
        self.health = HealthClient(http)
        self.diagnosis = DiagnosisClient(http)
        self.audit = AuditClient(http)
        self.access = AccessClient(http)
        self.kinds = KindsClient(http)
        self.openapi_json = OpenapiJsonClient(http)
        self.me = MeClient(http)
