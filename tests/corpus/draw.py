"""Made-up values from templates, the same ones for the same seed.

In a template, <20> stands for 20 random letters and digits, and <20:hex> for 20 of a class.
"""

import random
import re
import string

CLASSES = {
    "word": string.ascii_letters + string.digits,
    "url": string.ascii_letters + string.digits + "_-",
    "base64": string.ascii_letters + string.digits + "+/",
    "hex": string.digits + "abcdef",
    "lower": string.ascii_lowercase + string.digits,
    "letters": string.ascii_letters,
    "digits": string.digits,
}
BLANK = re.compile(r"<(\d+)(?::(\w+))?>")


class Draw:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made-up values, to be made again

    def some(self, length: int, kind: str = "word") -> str:
        return "".join(self._random.choices(CLASSES[kind], k=length))

    def hex_of(self, size: int) -> str:
        return self.some(2 * size, "hex")

    def below(self, end: int) -> int:
        return self._random.randrange(end)

    def bytes(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def filled(self, template: str) -> str:
        return BLANK.sub(lambda blank: self.some(int(blank[1]), blank[2] or "word"), template)
