"""The two users of a deployment, `openclaw` and `adminclaw`, for as long as the stack is up.

They are made on the machine itself, so this refuses to touch any that it did not make: a marker
file beside the home directories says that it did. The marker outlives a run that was killed, and
names the scratch directory that the next run then clears.
"""

from __future__ import annotations

import fcntl
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .docker_engine import unmount_below
from .processes import RealStackError, end_left_over, run

OWNER, ADMIN = "openclaw", "adminclaw"
HOMES = {user: Path("/home") / user for user in (OWNER, ADMIN)}
SUDOERS = Path("/etc/sudoers.d/openclaw-real-stack")
_MARKER = Path("/home/.openclaw-real-stack")
_SUDO_RULES = f"""\
{ADMIN} ALL=(ALL) NOPASSWD: ALL
Defaults:{ADMIN} env_keep += "DOCKER_HOST"
"""


@contextmanager
def accounts() -> Iterator[Path]:
    """Make the users, hand out a scratch directory, and remove all of it at the end."""
    with _MARKER.open("a+") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RealStackError(problem="another real stack is up on this machine") from None
        _clear_left_overs_or_refuse()
        scratch = Path(tempfile.mkdtemp(prefix="openclaw-real-stack-"))
        _MARKER.write_text(str(scratch))
        try:
            _make_users()
            yield scratch
        finally:
            _remove(scratch)


def _clear_left_overs_or_refuse() -> None:
    if left_over := _MARKER.read_text():
        end_left_over(Path(left_over), "dockerd", "containerd", "sshd")
        _remove(Path(left_over))
    if foreign := [user for user in (OWNER, ADMIN) if _exists(user) or HOMES[user].exists()]:
        _MARKER.unlink(missing_ok=True)
        raise RealStackError(problem=f"users or homes that the real stack did not make: {foreign}")


def _make_users() -> None:
    for user in (OWNER, ADMIN):
        # "*" is no password, and unlike the default "!" does not lock the account for sshd.
        run("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", user)
    SUDOERS.touch(mode=0o440)
    SUDOERS.write_text(_SUDO_RULES)


def _remove(scratch: Path) -> None:
    unmount_below(scratch)
    SUDOERS.unlink(missing_ok=True)
    for user in (OWNER, ADMIN):
        if _exists(user):
            run("userdel", "--force", "--remove", user)
        shutil.rmtree(HOMES[user], ignore_errors=True)
    shutil.rmtree(scratch, ignore_errors=True)
    _MARKER.unlink(missing_ok=True)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
