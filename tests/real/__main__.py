"""Keeps the real stack up, to try the suite on by hand.

python -m tests.real CONFIG [--plan-alone]

Writes the deployment's openclaw-config.env there, and ends with the end of its input (Ctrl-D).
"""

import argparse
import sys
from pathlib import Path

from tests.real.deployed import PLAN_ALONE, deployed_by_the_plan
from tests.runs import write_config


def main() -> None:
    given = _arguments()
    with deployed_by_the_plan() as deployed:
        openclaw_json = PLAN_ALONE if given.plan_alone else deployed.routed(endpoint=False)
        deployed.stack.configure(openclaw_json)
        given.config.touch(mode=0o600)
        write_config(given.config, deployed.settings)
        sys.stdout.write(f"ready: --deployment {given.config}; Ctrl-D ends it\n")
        sys.stdout.flush()
        sys.stdin.read()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.real")
    parser.add_argument("config", type=Path, help="the openclaw-config.env to be written")
    parser.add_argument(
        "--plan-alone", action="store_true", help="without base URLs in openclaw.json"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
