"""What a package publishes is told apart from what somebody has put into its files."""

import gzip
import hashlib

import pytest

from fixtures.diagnosis.survey import left_out
from fixtures.vps.agent.batches import PART, batches
from fixtures.vps.agent.published import Published
from fixtures.vps.agent.report import PUBLISHED
from fixtures.vps.findings import Place, Unseen
from tests.survey.vps import HOME, Vps, new_key

FILE = "usr/lib/google-cloud-sdk/lib/client.py"
SOURCE = "packages.cloud.google.com_apt_dists_cloud-sdk_main_binary-amd64_Packages"
VERSION = "500.0.0-0"


def installed(vps: Vps, text: str, path: str = FILE, status: str = "install ok installed") -> None:
    """A package with one file, as dpkg has it after the installation."""
    vps.write(path, text)
    digest = hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - as dpkg has it
    vps.write("var/lib/dpkg/info/google-cloud-cli.md5sums", f"{digest}  {path}\n")
    entry = f"Package: google-cloud-cli\nStatus: {status}\nVersion: {VERSION}\n\n"
    vps.write("var/lib/dpkg/status", f"Package: adduser\nVersion: 3.1\n\n{entry}")


def offered(vps: Vps, name: str = SOURCE, version: str = VERSION) -> None:
    entries = f"Package: google-cloud-cli\nVersion: {version}\nFilename: pool/a.deb\n\n"
    text = f"Package: other\nVersion: {VERSION}\n\n{entries}"
    vps.write(f"var/lib/apt/lists/{name}", gzip.compress(text.encode()) if "gz" in name else text)


def found(vps: Vps) -> tuple[int, list[tuple[int, int]]]:
    """How many keys; and of the files that were left out as published the number and bytes."""
    survey = vps.survey("acceptance").survey
    places = survey.places["everything"].left_out
    told = [(each.number, each.bytes) for each in places if each.reason == PUBLISHED]
    return len(survey.findings), told


def code() -> str:
    return f'API_KEY = "{new_key()}"\n'


@pytest.mark.parametrize("end", ["", ".gz"])
def test_an_unchanged_file_of_a_published_package_is_counted(vps: Vps, end: str) -> None:
    text = code()
    installed(vps, text)
    offered(vps, SOURCE + end)
    assert found(vps) == (0, [(1, len(text))])


def test_it_is_told_without_a_warning() -> None:
    of_packages = Unseen(reason=PUBLISHED, number=1234, paths=(), bytes=5_600_000)
    assert left_out(Place(name="everything", left_out=(of_packages,))) == []
    assert str(of_packages) == f"1,234 files (5.6 MB): {PUBLISHED}"


def test_one_that_is_as_large_as_parts_is_not_read_in_parts(vps: Vps) -> None:
    installed(vps, code())
    offered(vps)
    known = Published(str(vps.root), str(vps.root / HOME))
    paths = [str(vps.root / each) for each in (FILE, "usr/other")]
    vps.write("usr/other", "a" * (PART + 1))
    numbers = [
        sum(len(each) for each in batches([("everything", path, PART + 1)], known))
        for path in paths
    ]
    assert numbers == [1, 2]


def test_names_are_those_below_the_root(vps: Vps) -> None:
    known = Published(str(vps.root), "/home/openclaw")
    known.root = "/"
    assert known.known_as("/usr/lib/x") == [b"usr/lib/x", b"lib/x"]
    assert known.known_as("/opt/x") == [b"opt/x"]
    assert known.known_as("/home/openclaw/x") == []


def test_what_cannot_be_digested_is_searched(vps: Vps) -> None:
    installed(vps, "API_KEY = None\n")
    offered(vps)
    known = Published(str(vps.root), str(vps.root / HOME))
    assert known.has_unchanged(str(vps.root / FILE))
    (vps.root / FILE).unlink()
    assert known.has(str(vps.root / FILE))
    assert not known.has_unchanged(str(vps.root / FILE))


def test_a_large_one_that_was_changed_is_searched(vps: Vps) -> None:
    installed(vps, "a" * PART + "API_KEY = None\n")
    offered(vps)
    vps.write(FILE, "a" * PART + "\n" + code())
    assert found(vps) == (1, [])


def test_of_a_merged_usr_the_package_may_have_the_old_path(vps: Vps) -> None:
    text = code()
    installed(vps, text, "lib/client.py")
    (vps.root / "lib/client.py").unlink()
    vps.write("usr/lib/client.py", text)
    offered(vps)
    assert found(vps) == (0, [(1, len(text))])


def test_a_file_that_was_changed_afterwards_is_searched(vps: Vps) -> None:
    installed(vps, "API_KEY = None\n")
    offered(vps)
    vps.write(FILE, code())
    assert found(vps) == (1, [])


def test_a_file_beside_the_packages_is_searched(vps: Vps) -> None:
    installed(vps, "API_KEY = None\n")
    offered(vps)
    vps.write("usr/lib/google-cloud-sdk/lib/other.py", code())
    assert found(vps) == (1, [(1, len("API_KEY = None\n"))])


@pytest.mark.parametrize(
    "source",
    [
        "_srv_packages_._Packages",  # of a folder
        "apt.example.com_stable_main_binary-amd64_Packages",
        "notdebian.org_stable_main_binary-amd64_Packages",
        "10.0.0.5_debian.org_Packages",
    ],
)
def test_a_package_of_ones_own_server_leaves_nothing_out(vps: Vps, source: str) -> None:
    installed(vps, code())
    offered(vps, source)
    assert found(vps) == (1, [])


def test_a_package_that_was_built_here_leaves_nothing_out(vps: Vps) -> None:
    installed(vps, code())
    assert found(vps) == (1, [])
    offered(vps, version="500.0.0-0local1")
    assert found(vps) == (1, [])


def test_a_package_that_is_not_installed_any_more_leaves_nothing_out(vps: Vps) -> None:
    installed(vps, code(), status="deinstall ok config-files")
    offered(vps)
    assert found(vps) == (1, [])


@pytest.mark.parametrize("path", [f"{HOME}/.openclaw/client.py", f"{HOME}/openclaw/client.py"])
def test_the_deployments_own_places_are_always_searched(vps: Vps, path: str) -> None:
    installed(vps, code(), path)
    offered(vps)
    assert found(vps) == (1, [])


def test_a_damaged_list_leaves_nothing_out(vps: Vps) -> None:
    installed(vps, code())
    vps.write(f"var/lib/apt/lists/{SOURCE}.gz", gzip.compress(b"Package: ")[:-9])
    vps.write(f"var/lib/apt/lists/{SOURCE}.xz", b"\xfd7zXZ\0 damaged")
    assert found(vps) == (1, [])
