"""A key may be in a name: of a file, a folder, an archive's member, or in what a link leads to."""

import pytest

from fixtures.keys.fingerprint import fingerprint
from fixtures.keys.rules import made_up
from tests.survey.archive_files import tar_of
from tests.survey.vps import AUTH_TOKEN, HOME, Vps, new_key

A_FILE, A_FOLDER, A_LINK = "a file's name", "a folder's name", "a link's target"


@pytest.mark.parametrize("tier", ["smoke", "nightly", "acceptance"])
def test_a_key_in_a_name_is_found_and_not_told(vps: Vps, tier: str) -> None:
    keys = [new_key() for _ in range(5)]
    vps.write(f"data/{keys[0]}", "")
    vps.write(f"data/{keys[1]}.d/x", "")
    (vps.root / "data/link").symlink_to(f"/nowhere/{keys[2]}/x")
    (vps.root / f"data/sha256-{'A' * 40}").symlink_to(f"sha256-x/{keys[3]}")
    vps.write("data/x.tar", tar_of({f"keys/{keys[4]}": b"x"}))
    answer = vps.survey(tier)
    found = {each.path.partition("/data/")[2]: each.variable for each in answer.findings}
    assert found == {
        "[a key]": A_FILE,
        "[a key].d": A_FOLDER,
        "link": A_LINK,
        f"sha256-{'A' * 40}": A_LINK,
        "x.tar": A_FILE,
    }
    assert answer.kinds == ["anthropic"] * len(keys)
    assert not any(key[20:60].encode() in answer.output for key in keys)


def test_it_is_not_told_by_what_could_not_be_read_either(vps: Vps) -> None:
    key = new_key()
    vps.write(f"data/sha256-{'A' * 30}/{key}.gz", b"\x1f\x8b\x08broken")
    answer = vps.survey()
    assert answer.kinds == ["anthropic"]
    assert [path.rpartition("/")[2] for path in answer.unseen] == ["[a key].gz"]
    assert key[20:60].encode() not in answer.output


def test_a_name_may_be_a_key_of_a_fingerprint(vps: Vps) -> None:
    key = made_up("<32>")
    vps.write(f"data/{key}", "")
    assert vps.survey().findings == ()
    (finding,) = vps.survey(forbidden_key_fingerprints=(fingerprint(key),)).findings
    assert (finding.kind, finding.variable) == ("fingerprint", A_FILE)


def test_a_leftover_of_a_key_is_found_every_night(vps: Vps) -> None:
    vps.write(f"{HOME}/{new_key()}.bak", "")
    assert vps.survey("nightly").kinds == ["anthropic"]
    assert vps.survey("smoke").findings == ()


HARMLESS = (
    f"sk-ant-oat-{AUTH_TOKEN}",
    f"MISTRAL_API_KEY={AUTH_TOKEN}",
    f"mistral_api_key.{'0123456789abcdef' * 2}",
    f"task-{'0123456789abcdef' * 2}",
    "sk-chatWindow-headerContainer__closeButton--u8jzP.css",
    "sha512-" + "sk-" + "aB3" * 20,
    "hf_convertTransformerModelToOnnxFormatAndSave.py",
)


def test_what_only_looks_like_a_key_is_no_finding_in_a_name(vps: Vps) -> None:
    for name in HARMLESS:
        vps.write(f"data/{name}/{name}", "")
        (vps.root / "data" / f"to {name}").symlink_to(name)
    vps.write("data/x.tar", tar_of(dict.fromkeys(HARMLESS, b"")))
    assert vps.survey().findings == ()
