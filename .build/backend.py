"""Builds the wheel: the folders of the checkout, below one import name of ours.

In a checkout the suite's modules are `fixtures.*` and `steps.*`; both names are other projects' on
PyPI. In the wheel they are `openclaw_gateway_verification.fixtures.*` and so on: the imports, and
the names of modules in texts, are changed on the way. Lines keep their numbers.

An editable installation, for work on the suite, stays as it is, and its pytest knows the suite's
options in any folder. The wheel has no pytest plugin: other projects' pytest does not load it.
An sdist is what the wheel is made of, commit and all, and needs nothing but setuptools.
"""

import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from setuptools import build_meta

__all__ = ["build_editable", "build_sdist", "build_wheel"]

NAME = "openclaw_gateway_verification"
PARTS = ("examples", "features", "fixtures", "steps", "conftest.py")
OWN_MODULE = re.compile(
    r"(?<![\w./])(?=(?:fixtures|steps)\.[a-z_])"
    r"|(?<=^from )(?=(?:fixtures|steps) import )",
    re.MULTILINE,
)
PLUGIN = re.compile(r"^\[project\.entry-points\.pytest11\]\n(?:.+\n)+", re.MULTILINE)
BACKEND = re.compile(r"^build-backend = .*\nbackend-path = .*\n", re.MULTILINE)
SETUPTOOLS = re.compile(r"^\[tool\.setuptools\]\n(?:.+\n)+", re.MULTILINE)


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    del metadata_directory
    target = str(Path(wheel_directory).absolute())
    with _laid_out():
        return build_meta.build_wheel(target, config_settings)


def build_sdist(sdist_directory: str, config_settings: dict[str, str] | None = None) -> str:
    target = str(Path(sdist_directory).absolute())
    with _laid_out():
        return build_meta.build_sdist(target, config_settings)


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Without the metadata that setuptools leaves in the checkout.

    `python -m pytest` would find the plugin a second time there, and rewrite the assertions of all
    modules.
    """
    name = build_meta.build_editable(wheel_directory, config_settings, metadata_directory)
    shutil.rmtree(f"{NAME}.egg-info", ignore_errors=True)
    return name


@contextmanager
def _laid_out() -> Iterator[None]:
    """In the wheel's own project: the package, and a pyproject.toml for setuptools alone."""
    checkout = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        package = Path(NAME)
        for path in _files(checkout):
            (package / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(checkout / path, package / path)
        for name in ("README.md", "LICENSE"):
            shutil.copy(checkout / name, name)
        (package / "__init__.py").write_text('"""See fixtures/suite/cli/command.py."""\n')
        (package / "COMMIT").write_text(_commit(checkout))
        for path in package.rglob("*.py"):
            path.write_text(_renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
        text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
        (package / "pytest.toml").write_text("\n".join(_pytest_settings(text)) + "\n")
        Path("pyproject.toml").write_text(_project(text))
        yield


def _files(checkout: Path) -> Iterator[Path]:
    """Those of the suite. What git ignores, such as a config file that lies there, is not."""
    if _is_repository(checkout):
        options = ("-z", "--cached", "--others", "--exclude-standard")
        names = _git(checkout, "ls-files", *options, "--", *PARTS).split("\0")
    else:
        paths = [
            path for part in PARTS for path in (checkout / part, *(checkout / part).rglob("*"))
        ]
        names = [str(path.relative_to(checkout)) for path in paths if path.suffix != ".pyc"]
    yield from (Path(name) for name in {*names} if (checkout / name).is_file())


def _renamed(text: str) -> str:
    return OWN_MODULE.sub(f"{NAME}.", text)


def _project(text: str) -> str:
    packages = (
        f'[tool.setuptools.packages.find]\ninclude = ["{NAME}*"]\n'
        f'[tool.setuptools.package-data]\n"*" = ["*"]\n'
    )
    text = BACKEND.sub('build-backend = "setuptools.build_meta"\n', PLUGIN.sub("", text))
    return _renamed(SETUPTOOLS.sub(packages, text))


def _pytest_settings(text: str) -> Iterator[str]:
    """Those of the checkout, without what is for its own tests."""
    settings = tomllib.loads(text)["tool"]["pytest"]
    yield "[pytest]"
    for name, value in settings.items():
        if name not in ("testpaths", "pythonpath"):
            yield f"{name} = {_toml(value)}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _commit(checkout: Path) -> str:
    """With `+` behind it when files differ; empty outside a checkout."""
    if not _is_repository(checkout):
        return ""
    head = _git(checkout, "rev-parse", "HEAD").strip()
    changed = _git(checkout, "status", "--porcelain", "--", *PARTS, "pyproject.toml", ".build")
    return f"{head}+" if changed else head


def _is_repository(checkout: Path) -> bool:
    """And not a folder in that of another project."""
    try:
        return not _git(checkout, "rev-parse", "--show-prefix").strip()
    except (OSError, subprocess.CalledProcessError):
        return False


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
