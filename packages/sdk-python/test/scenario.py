"""What the test of the SDK does against a running cloud. Prints one JSON object a step; the test compares."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from basalt_cloud import AccessKey, ApiProblem, BasaltError, ConnectionFailed, Options, TaskFailed, TimedOut, connect


def tell(step: str, **facts: Any) -> None:
    print(json.dumps({"step": step, **facts}), flush=True)


def refusal(call: Any, *arguments: Any, **parameters: Any) -> dict[str, Any]:
    try:
        call(*arguments, **parameters)
    except BasaltError as error:
        fields = [each["field"] for each in error.errors] if isinstance(error, ApiProblem) else []
        return {"type": type(error).__name__, "code": error.code, "fields": fields, "remedy": bool(error.remedy)}
    return {"type": None}


def main(facts: dict[str, Any]) -> None:
    cloud = connect(facts["url"], username="ada", password=facts["password"], ca=facts["ca"])
    tell("me", username=cloud.me.get()["username"])

    events = cloud.events(kinds=["vm"])
    seen: list[str] = []
    started = cloud.vms.list()
    listener = threading.Thread(target=lambda: seen.extend(next(events)["change"] for _ in range(2)), daemon=True)
    listener.start()

    networks = [{"network": facts["network"]}]
    size: dict[str, Any] = {"zone": facts["zone"], "offering": facts["offering"], "image": facts["image"], "networks": networks}
    steps: list[str] = []
    key = Options(idempotency_key="once")
    first = cloud.vms.create(name="web", **size, options=key)
    again = cloud.vms.create(name="web", **size, options=key)
    task = cloud.wait(first, timeout=60, on_progress=lambda row: steps.append(row["state"]))
    vm = cloud.vms.wait_for(task["resource"], "running", timeout=60)
    tell("create", same=first["id"] == again["id"], before=len(started), state=vm["state"], last=steps[-1])

    for name in ("b", "c"):
        cloud.wait(cloud.vms.create(name=name, **size))
    page = cloud.vms.list(limit=2)
    tell("pages", page=len(page), more=page.next is not None, names=sorted(row["name"] for row in cloud.vms.all(limit=2)))

    renamed = cloud.vms.update(vm["id"], description="first", options=Options(if_match=cloud.vms.get(vm["id"])["version"]))
    tell("update", description=renamed["description"])
    stale = Options(if_match=1)
    tell("stale", **refusal(cloud.vms.update, vm["id"], description="lost", options=stale))
    tell("invalid", **refusal(cloud.networks.create, name="n", zone=facts["zone"], cidr="10.0.0.1/24"))
    tell("unknown", **refusal(cloud.vms.get, "00000000-0000-4000-8000-000000000000"))
    tell("parameter", **refusal(cloud.vms.list, colour="red"))
    crowded = cloud.networks.create(name="tiny", zone=facts["zone"], cidr="10.1.0.0/30")
    cloud.wait(crowded)
    tiny: dict[str, Any] = {**size, "networks": [{"network": crowded["resource"]}]}
    cloud.wait(cloud.vms.create(name="only", **tiny))
    tell("failure", **refusal(lambda: cloud.wait(cloud.vms.create(name="late", **tiny))))
    tell("timeout", **refusal(cloud.vms.wait_for, vm["id"], "stopped", timeout=0))

    cloud.wait(cloud.vms.stop(vm["id"], mode="acpi"))
    tell("stop", state=cloud.vms.wait_for(vm["id"], lambda row: row["state"] == "stopped")["state"])

    image = cloud.images.create(name="mine")
    cloud.upload_image(image["resource"], facts["file"])
    cloud.wait(image)
    tell("upload", state=cloud.images.get(image["resource"])["state"])

    groups = [cloud.groups.create(name=name)["id"] for name in ("many-1", "many-2")]
    none = "00000000-0000-4000-8000-000000000000"
    changed = cloud.groups.bulk(action="update", ids=[*groups, none], input={"description": "=many"})
    tell("bulk", statuses=[item["status"] for item in changed["items"]], accepted=changed["counts"]["accepted"])
    saved = cloud.groups.export_csv(fields="name,description", sort="name")
    rehearsed = cloud.groups.import_csv("name\nx\n,\n", dry_run=True)
    copied = cloud.groups.import_csv(saved.replace("many-", "copy-"))
    tell(
        "csv",
        saved=saved,
        template=cloud.groups.csv_template().splitlines()[0],
        rehearsed=rehearsed["counts"]["accepted"],
        copied=[row["description"] for row in cloud.groups.all(q="name ~ 'copy-'")],
        made=copied["counts"]["accepted"],
    )

    listener.join(30)
    tell("events", seen=seen)
    made = cloud.access_keys.create(name="python")
    signing_key = AccessKey(made["id"], made["secret"])
    signing = connect(facts["url"], access_key=signing_key, ca=facts["ca"])
    mine = signing.networks.list(limit=1, name="net1")
    described = signing.vms.update(vm["id"], description="signed: äöü & more?")
    signing.groups.import_csv("name\nsigned-ä\n")
    upload = signing.images.create(name="signed")
    signing.upload_image(upload["resource"], facts["file"])
    signing.wait(upload)
    tell(
        "signed",
        key=signing.me.get()["accessKey"] == made["id"],
        found=len(mine),
        description=described["description"],
        image=signing.images.get(upload["resource"])["state"],
        hidden=made["secret"] not in repr(signing_key),
    )
    forged = connect(facts["url"], access_key=AccessKey(made["id"], "x" * 43), ca=facts["ca"])
    tell("forged", **refusal(forged.me.get))
    cloud.access_keys.disable(made["id"])
    tell("disabled", **refusal(signing.me.get))

    cloud.http.token = "gone"
    tell("renewed", username=cloud.me.get()["username"])
    cloud.logout()
    tell("logout", **refusal(cloud.me.get))
    tell("untrusted", **refusal(connect, facts["url"], username="ada", password=facts["password"]))


if __name__ == "__main__":
    assert issubclass(TaskFailed, BasaltError) and issubclass(TimedOut, BasaltError) and issubclass(ConnectionFailed, BasaltError)
    main(json.loads(sys.argv[1]))
