"""A forked agent is what one in a process of its own is."""

from tests.survey.vps import HOME, Answer, Vps, new_key


def read(answer: Answer) -> dict[str, tuple[int, int]]:
    return {name: (place.files, place.bytes) for name, place in answer.survey.places.items()}


def test_a_forked_agent_says_what_one_of_its_own_process_says(vps: Vps) -> None:
    vps.write(f"{HOME}/openclaw/.env", f"ANTHROPIC_API_KEY={new_key()}\n")
    vps.write("root/damaged.zip", b"PK\x03\x04 damaged")
    forked = vps.survey("acceptance")
    vps.prologue = b"\n"
    alone = vps.survey("acceptance")
    assert forked.kinds == alone.kinds == ["anthropic"]
    assert forked.unseen == alone.unseen != {}
    assert read(forked) == read(alone)


def test_an_agent_that_ends_in_an_error_says_so_in_a_fork_too(vps: Vps) -> None:
    source = b"for part in ('def fails(): raise KeyError(1)',):\n    exec(part)\nfails()\n"
    done = vps.run(source)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"KeyError: 1" in done.stderr
    assert vps.run(source.replace(b"fails()\n", b"print('again')\n")).stdout == b"again\n"
