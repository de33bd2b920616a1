"""The tables of the settings and of the command line's options."""

from collections.abc import Iterable, Sequence

from fixtures.settings.config_file import HARDENED_PORT, UPSTREAM_NAMES
from fixtures.settings.declaring import Setting
from fixtures.settings.settings import SETTINGS
from fixtures.suite.cli.suite_options import suite_options
from fixtures.suite.report.witnesses import BEYOND, WITNESSES

Row = Sequence[str]


def options() -> str:
    rows = [
        (f"`{name} {each['metavar']}`" if "metavar" in each else f"`{name}`", each["help"])
        for name, each in suite_options().items()
    ]
    return table(("option", "what it does"), rows)


def upstream_names() -> str:
    """What today's `.env` calls the settings."""
    rows = [(f"`{upstreams}`", f"`{name}`") for name, upstreams in UPSTREAM_NAMES.items()]
    return table(("in `.env`", "setting"), [*rows, (f"`{HARDENED_PORT}`", "`SSH_PORT`")])


def setting_names() -> set[str]:
    return {each.name for each in SETTINGS}


def settings() -> str:
    """The settings that every deployment needs first."""
    known = sorted(SETTINGS, key=lambda each: not each.needed)
    rows = [
        (
            f"`{each.name}`",
            each.about,
            _default(each),
            "yes" if each.tunable else "",
        )
        for each in known
    ]
    return table(("setting", "what it is", "default", "tunable"), rows)


def table(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, ["---"] * len(heads), *([_cell(each) for each in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(each: Setting) -> str:
    if each.needed:
        return "**needed**"
    value = ",".join(each.default) if isinstance(each.default, tuple) else each.default
    return "" if value in {None, ""} else f"`{value}`"


def witnesses() -> str:
    rows = "".join(f"- **{each.name}**: {each.proves}.\n" for each in WITNESSES)
    return f"{rows}\n{BEYOND}\n"
