"""A key that a package publishes is told apart from one that somebody has put into its file."""

import gzip
import hashlib

import pytest

from fixtures.diagnosis.survey import findings_excused, judge_findings
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


def published(vps: Vps) -> list[str]:
    return [each.published for each in vps.survey("acceptance").findings]


def code() -> str:
    return f'API_KEY = "{new_key()}"\n'


@pytest.mark.parametrize("end", ["", ".gz"])
def test_a_key_in_an_unchanged_file_of_a_published_package_is_counted(vps: Vps, end: str) -> None:
    installed(vps, code())
    offered(vps, SOURCE + end)
    findings = vps.survey("acceptance").findings
    assert [each.published for each in findings] == [
        f"google-cloud-cli {VERSION} from packages.cloud.google.com"
    ]
    assert judge_findings(findings, "everything else") is None
    (warning,) = findings_excused(findings)
    assert warning.startswith("1 key that packages publish, unchanged by their own digests: ")
    assert f"anthropic in {vps.root}/{FILE} (google-cloud-cli {VERSION}" in warning


def test_of_a_merged_usr_the_package_may_have_the_old_path(vps: Vps) -> None:
    text = code()
    installed(vps, text, "lib/client.py")
    (vps.root / "lib/client.py").unlink()
    vps.write("usr/lib/client.py", text)
    offered(vps)
    assert all(published(vps))


def test_a_file_that_was_changed_afterwards_is_reported(vps: Vps) -> None:
    installed(vps, "API_KEY = None\n")
    offered(vps)
    vps.write(FILE, code())
    assert published(vps) == [""]


def test_a_file_beside_the_packages_is_reported(vps: Vps) -> None:
    installed(vps, "API_KEY = None\n")
    offered(vps)
    vps.write("usr/lib/google-cloud-sdk/lib/other.py", code())
    assert published(vps) == [""]


@pytest.mark.parametrize(
    "source",
    [
        "_srv_packages_._Packages",  # of a folder
        "apt.example.com_stable_main_binary-amd64_Packages",
        "notdebian.org_stable_main_binary-amd64_Packages",
        "10.0.0.5_debian.org_Packages",
    ],
)
def test_a_package_of_ones_own_server_excuses_nothing(vps: Vps, source: str) -> None:
    installed(vps, code())
    offered(vps, source)
    assert published(vps) == [""]


def test_a_package_that_was_built_here_excuses_nothing(vps: Vps) -> None:
    installed(vps, code())
    assert published(vps) == [""]
    offered(vps, version="500.0.0-0local1")
    assert published(vps) == [""]


def test_a_package_that_is_not_installed_any_more_excuses_nothing(vps: Vps) -> None:
    installed(vps, code(), status="deinstall ok config-files")
    offered(vps)
    assert published(vps) == [""]


@pytest.mark.parametrize("path", [f"{HOME}/.openclaw/client.py", f"{HOME}/openclaw/client.py"])
def test_the_deployments_own_places_are_never_excused(vps: Vps, path: str) -> None:
    installed(vps, code(), path)
    offered(vps)
    assert published(vps) == [""]


def test_a_damaged_list_excuses_nothing(vps: Vps) -> None:
    installed(vps, code())
    vps.write(f"var/lib/apt/lists/{SOURCE}.gz", gzip.compress(b"Package: ")[:-9])
    vps.write(f"var/lib/apt/lists/{SOURCE}.xz", b"\xfd7zXZ\0 damaged")
    assert published(vps) == [""]
