"""The example for Kubernetes is of a Job's fields, and verifies and merges every shard."""

import pytest
import yaml

from tests.runs import ROOT

JOB = {
    *("completionMode", "completions", "parallelism", "backoffLimit", "backoffLimitPerIndex"),
    *("maxFailedIndexes", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "template"),
}
POD = {
    *("restartPolicy", "automountServiceAccountToken", "securityContext", "containers", "volumes"),
}
CONTAINER = {"name", "image", "args", "env", "resources", "securityContext", "volumeMounts"}


def test_it_verifies_and_merges_all_parts(
    pytestconfig: pytest.Config,
) -> None:
    text = (ROOT / "examples/fleet/kubernetes.yaml").read_text()
    verify, merge = yaml.safe_load_all(text)
    for each in (verify, merge):
        assert (each["apiVersion"], each["kind"]) == ("batch/v1", "Job")
        pod = each["spec"]["template"]["spec"]
        [container] = pod["containers"]
        assert {*each["spec"]} <= JOB
        assert {*pod} <= POD
        assert {*container} <= CONTAINER
        mounted = {each["name"] for each in container["volumeMounts"]}
        assert mounted == {each["name"] for each in pod["volumes"]}
    spec = verify["spec"]
    assert spec["completionMode"] == "Indexed"
    assert spec["completions"] == spec["parallelism"] == spec["maxFailedIndexes"]
    [command, *options] = spec["template"]["spec"]["containers"][0]["args"]
    assert command == "run"
    assert f"--shard=auto/{spec['completions']}" in options
    for option in options:
        if option.startswith("--"):
            pytestconfig.getoption(option.partition("=")[0])  # raises ValueError for another
    arguments = merge["spec"]["template"]["spec"]["containers"][0]["args"]
    assert arguments[0] == "merge"
    named = [each for each in arguments[1:] if not each.startswith("--")]
    assert named == [f"/evidence/{number}.json" for number in range(spec["completions"])]
