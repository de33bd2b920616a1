"""What is left of something that ends by itself, for tests that look from outside."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOKS, INTERVAL = 240, 0.25  # a minute: a busy machine takes its time


def left_after_a_while(look: Callable[[], list[T]]) -> list[T]:
    """What `look` still finds at the end; it looks again and again until it finds nothing."""
    for _ in range(LOOKS):
        if not (left := look()):
            break
        time.sleep(INTERVAL)
    return left
