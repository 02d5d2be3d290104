"""The manifests for Kubernetes: what they set is what this server takes, and no pod may do more than serve."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from harvest_mcp.commands.cli import main
from harvest_mcp.commands.http_flags import NAMES
from harvest_mcp.config import http_names, http_settings, settings
from harvest_mcp.protocol.http.app import WRITES
from harvest_mcp.protocol.http.serving import CALLS
from tests.http.test_proxy import compose

PLACE = Path(__file__).parents[2] / "examples" / "hosting" / "kubernetes.yaml"


def kinds() -> dict[str, Any]:
    return {each["kind"]: each for each in YAML(typ="safe").load_all(PLACE)}


def pod() -> Any:
    return kinds()["Deployment"]["spec"]["template"]["spec"]


def container() -> Any:
    (only,) = pod()["containers"]
    return only


def ports() -> dict[str, int]:
    return {each["name"]: each["containerPort"] for each in container()["ports"]}


def named(node: object) -> Iterator[object]:
    """Every `port` anywhere below."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from [value] if name in ("port", "targetPort") and not isinstance(value, dict) else named(value)


def test_a_pod_is_started_with_flags_and_variables_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    context = main.make_context("harvest-mcp", list(container()["args"]))
    flags = {name: value for name, value in context.params.items() if name in NAMES}
    variables = {each["name"]: each["value"] for each in container()["env"]}
    assert {name.removesuffix("_FILE") for name in variables} <= {*settings.variables(), *http_names.HTTP}
    for name, value in variables.items():
        if not name.endswith("_FILE"):
            monkeypatch.setenv(name, value)
    way = http_settings.read(flags)
    assert (way.listen[1], http_settings.place(str(way.metrics))[1]) == (ports()["http"], ports()["metrics"])
    assert http_settings.reach(way, 8100).url == "https://mcp.example/mcp"
    assert way.workers > 1  # so that no pod keeps a session that another does not know
    assert pod()["terminationGracePeriodSeconds"] >= way.drain_seconds + CALLS + WRITES + 5


def test_what_is_asked_for_is_there() -> None:
    assert {each["httpGet"]["path"] for name, each in container().items() if name.endswith("Probe")} == {
        "/livez",
        "/readyz",
    }
    assert container()["readinessProbe"]["httpGet"]["path"] == "/readyz"
    for kind in ("Service", "NetworkPolicy"):
        assert {each for each in named(kinds()[kind]) if isinstance(each, str)} <= {*ports()}
    label = kinds()["Deployment"]["spec"]["template"]["metadata"]["labels"]
    specs = {kind: each["spec"] for kind, each in kinds().items()}
    assert specs["Service"]["selector"] == label
    for kind, name in (
        ("Deployment", "selector"),
        ("PodDisruptionBudget", "selector"),
        ("NetworkPolicy", "podSelector"),
    ):
        assert specs[kind][name] == {"matchLabels": label}
    assert (specs["Deployment"]["replicas"], specs["PodDisruptionBudget"]["minAvailable"]) == (2, 1)
    told = kinds()["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    assert told["prometheus.io/port"] == str(ports()["metrics"])


def test_counters_are_not_told_outside() -> None:
    assert [each["targetPort"] for each in kinds()["Service"]["spec"]["ports"]] == ["http"]


def test_a_pod_may_do_nothing_but_serve() -> None:
    whole = pod()["securityContext"]
    assert (whole["runAsNonRoot"], whole["runAsUser"], whole["seccompProfile"]) == (
        True,
        65532,
        {"type": "RuntimeDefault"},
    )
    assert container()["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod()["automountServiceAccountToken"] is False


def test_secrets_are_files_of_a_mount_that_nobody_writes_to() -> None:
    mounts = {each["name"]: each for each in container()["volumeMounts"]}
    (secret,) = [each for each in pod()["volumes"] if "secret" in each]
    assert mounts[secret["name"]]["readOnly"] is True
    assert "Secret" not in kinds()
    compared = {name for name in compose()["services"]["one"]["environment"] if name.endswith("_FILE")}
    files = {each["name"]: each["value"] for each in container()["env"] if each["name"].endswith("_FILE")}
    assert {*files} == compared
    assert all(Path(each).parent == Path(mounts[secret["name"]]["mountPath"]) for each in files.values())
