"""Prologues of an agent whose clock stands still until what a test waits for has happened.

So a deadline passes at the same moment of its work on every machine. Files below data/ are never
read to their end, by two workers or by the first that opens one.
"""

from pathlib import Path

LATE = 86400.0  # seconds: past every deadline
JUST_LATE = 0.5  # seconds after the deadline: what is left is still named

_STALLING = """
import builtins, os, time
agent, really_open, marks = os.getpid(), builtins.open, {marks!r}

def open_and_stall(path, *rest, **named):
    if "/data/" in str(path) and os.getpid() != agent and mark():
        time.sleep(3600)
    return really_open(path, *rest, **named)

builtins.open = open_and_stall
"""
_BOTH = """
def mark():
    really_open(os.path.join(marks, str(os.getpid())), "w").close()
    return True

time.monotonic = lambda: 1000.0 + (len(os.listdir(marks)) > 1) * {late}
"""
_FIRST = """
def mark():
    try:
        with really_open(os.path.join(marks, "first"), "x") as file:
            file.write(str(os.getpid()))
    except FileExistsError:
        return False
    return True
"""
_LISTING = """
import os, time
really_scan, scanned = os.scandir, []

def scan(path):
    if {below!r} in str(path):
        scanned.append(path)
    return really_scan(path)

os.scandir = scan
time.monotonic = lambda: 1000.0 + (len(scanned) >= {number}) * {late}
"""


def late_when_both_workers_stall(marks: Path, deadline: float) -> str:
    """All that comes before data/ has been scanned and told by then."""
    marks.mkdir()
    return (_STALLING + _BOTH).format(marks=str(marks), late=deadline + JUST_LATE)


def first_worker_stalls(marks: Path) -> str:
    """Its process's id is in the file `first` in the folder as soon as it does."""
    marks.mkdir()
    return (_STALLING + _FIRST).format(marks=str(marks))


def late_when_listed(below: str, number: int) -> str:
    """When so many folders with these letters in their paths have been listed."""
    return _LISTING.format(below=below, number=number, late=LATE)
