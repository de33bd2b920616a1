"""The folders that any VPS has beside the deployment, for `SURVEY_ROOT`.

This machine's own would say something else on every machine, and may hold keys.
"""

from __future__ import annotations

from pathlib import Path

from fixtures.rehearsal.vps.machine import machine_files

from .accounts import HOMES


def write_system(root: Path, auth_token: str, gateway_token: str) -> Path:
    """Write the folders below `root`, with the real homes in them, and give `root`."""
    for path, data in machine_files(auth_token, gateway_token).items():
        if not path.startswith("home/"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
    (root / "proc/1").mkdir(parents=True)  # whatever else this machine runs is not the VPS's
    (root / "proc/1/cmdline").write_bytes(b"/sbin/init\0")
    (root / "home").mkdir()
    for user, home in HOMES.items():
        (root / "home" / user).symlink_to(home)
    return root
