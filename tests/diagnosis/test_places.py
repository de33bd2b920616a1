"""What the survey has read of the VPS, and has not, with every word of it."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis import survey as of_survey
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.vps.agent.mounts import KERNELS, MERGED
from fixtures.vps.configuration import OtherGateway, OtherGateways
from fixtures.vps.findings import Further, Place, Unseen
from fixtures.vps.surveyed import Identity
from tests.diagnosed import whole
from tests.diagnosis.seen import (
    FINDING,
    SEEN,
    STOPPED,
    contained,
    raised,
    seen,
)


@pytest.mark.parametrize("name", ["backups", "state", "databases", "docker", "compose"])
def test_a_place_has_its_own_entry(name: str) -> None:
    place = Place(name=name, findings=(FINDING,))
    entry = "provider-key" if name == "compose" else f"provider-key.{name}"
    assert whole(of_survey.judge_place(place, "it", SEEN)) == whole(
        broken(entry, expected="no provider key in it", seen=str(FINDING))
    )
    further = Place(name=name, further=(Further(kind="xai", number=2),))
    judged = of_survey.judge_place(further, "it", SEEN)
    assert judged
    assert judged.diagnosis.seen == "2 more hits of xai"
    assert of_survey.judge_place(Place(name=name), "it", SEEN) is None


def test_without_a_process_nothing_was_looked_at() -> None:
    assert whole(of_survey.judge_place(Place(name="processes"), "it", SEEN)) == whole(
        of_survey.unseen_container(SEEN)
    )
    assert of_survey.judge_place(Place(name="processes", processes=1), "it", SEEN) is None


@pytest.mark.parametrize("layout", ["plan", "stack"])
@pytest.mark.parametrize("name", ["compose", "state", "backups", "databases"])
def test_a_place_that_should_hold_something_is_warned_of(layout: str, name: str) -> None:
    surveyed = seen(layout=layout)
    is_expected = name != "databases" and (layout, name) != ("stack", "compose")
    told = ["there was nothing to read in it"] if is_expected else []
    assert of_survey.nothing_there(Place(name=name), "it", surveyed) == told
    assert of_survey.nothing_there(Place(name=name, files=1), "it", surveyed) == []


def test_what_was_read_of_a_place_is_counted() -> None:
    place = Place(name="state", files=2, bytes=9, findings=(FINDING,))
    assert of_survey.counted(place) == {"files": 2, "bytes": 9}
    left = [Unseen(reason=each, number=1, paths=("/a",)) for each in (KERNELS, MERGED, "a link")]
    assert of_survey.left_out(Place(name="state", left_out=tuple(left))) == ["not read: /a: a link"]


@pytest.mark.parametrize("name", [*of_survey.WALKED, "container"])
def test_all_of_a_place_has_to_be_read(name: str) -> None:
    expected = {"expected": "the survey reads all of it"}
    missing = not_observed("unseen", **expected, seen="it was not looked at")
    judged = of_survey.judge_all_read(SEEN, name, "it")
    assert whole(judged) == whole(None if name == "container" else missing)
    unread = (Unseen(reason="denied", number=3, paths=("/a",), bytes=1_500_000),) * 2
    whole_place, part = Place(name=name), Place(name=name, unseen=unread)
    assert of_survey.judge_all_read(seen(places={name: whole_place}), name, "it") is None
    assert whole(of_survey.judge_all_read(seen(places={name: part}), name, "it")) == whole(
        not_observed("unseen", **expected, seen=f"{unread[0]}; {unread[1]}")
    )


def test_a_container_that_was_not_seen_is_told_with_its_reasons() -> None:
    unseen = {"container": "no such one", "the container's files": "denied", "x": "y"}
    reads = {"expected": "the survey reads the container"}
    gone = seen(container=None, unseen=unseen)
    told = "container: no such one; the container's files: denied"
    for call in (of_survey.container_of, of_survey.judge_running):
        assert whole(raised(lambda call=call: call(gone))) == whole(
            not_observed("unseen.container", **reads, seen=told)
        )
    bare = of_survey.unseen_container(seen(container=None))
    assert whole(bare) == whole(not_observed("unseen.container", **reads, seen="it was not read"))
    other = OtherGateway(kind="process", name="process 7", running=True, why="it listens")
    box = OtherGateway(kind="container", name="b", running=True, why="it listens")
    elsewhere = replace(gone, others=OtherGateways(found=(box, other)))
    assert whole(of_survey.unseen_container(elsewhere)) == whole(
        not_observed(
            "unseen.elsewhere",
            expected="the survey reads the container, in root's Docker",
            seen=f"{told}; a gateway runs as process 7: it listens",
        )
    )
    boxes = replace(gone, others=OtherGateways(found=(box,)))
    assert of_survey.unseen_container(boxes).diagnosis.seen == told
    assert whole(of_survey.judge_running(contained(running=False))) == whole(STOPPED)
    assert of_survey.judge_running(SEEN) is None
    assert whole(of_survey.unseen_container(seen(unseen={"container": "x"}))) == whole(
        not_observed("unseen.container", **reads, seen="container: x")
    )


def test_the_deployment_s_digests_have_to_be_known() -> None:
    def identity(**changes: Any) -> Identity:
        values = {"image": "sha256:a", "image_name": "a", "configuration": "sha256:b"}
        more = {"files": (), "configuration_problem": ""}
        return Identity(**(values | more | changes))

    right = identity()
    assert of_survey.judge_image(seen(identity=right)) is None
    assert of_survey.judge_configuration(right) is None
    image = {"expected": "the deployment's image has a digest"}
    for own in (None, identity(image="")):
        judged = of_survey.judge_image(seen(identity=own, unseen={"container": "x", "a": "b"}))
        assert whole(judged) == whole(not_observed("image-unknown", **image, seen="container: x"))
        judged = of_survey.judge_image(seen(identity=own))
        told = "Docker reports no digest for it"
        assert whole(judged) == whole(not_observed("image-unknown", **image, seen=told))
    for missing, why in (
        (None, "it was not requested"),
        (identity(configuration="", configuration_problem="denied"), "denied"),
    ):
        assert whole(of_survey.judge_configuration(missing)) == whole(
            not_observed(
                "configuration-unknown",
                expected="the deployment's configuration has a digest",
                seen=why,
            )
        )
