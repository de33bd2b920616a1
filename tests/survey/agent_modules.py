"""The agent's modules, which are written for Python 3.8 and without types."""

from importlib import import_module
from typing import Any


def agent(module: str) -> Any:
    return import_module(f"fixtures.vps.agent.{module}")
