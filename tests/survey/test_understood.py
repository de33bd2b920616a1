"""Nothing passes as read that was not understood: encrypted files, and formats behind others."""

import gzip
import os
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.corpus.compositions import ar
from tests.survey.archive_files import UNPACK, zip_of, zstd
from tests.survey.vps import HOME, Vps, new_key, script

BACKUP = f"{HOME}/.openclaw/backups/today"
RANDOM = os.urandom(5000)
ENCRYPTED = {
    "age": b"age-encryption.org/v1\n-> X25519 abc\n" + RANDOM,
    "GPG": b"\x85\x01\x0c\x03" + RANDOM,
    "GPG, armoured": b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
    "openssl": b"Salted__" + RANDOM,
    "GPG, with a passphrase": b"\x8c\x0d\x04\x09\x03\x02" + bytes(8) + b"\xff\xd2" + RANDOM[:90],
    "git-crypt": b"\0GITCRYPT\0" + RANDOM[:60],
    "Vim": b"VimCrypt~03!" + RANDOM[:60],
    "AES Crypt": b"AES\x02\0\0\x1bCREATED_BY\0aescrypt 3.16\0" + RANDOM,
    "Ansible Vault": b"$ANSIBLE_VAULT;1.1;AES256\n3132333435\n",
    "LUKS": b"LUKS\xba\xbe\0\2" + bytes(500),
}
HARMLESS = {
    "a picture": b"\x89PNG\r\n\x1a\n" + RANDOM,
    "a font": b"wOF2" + RANDOM,
    "text": b"settings of the service\n" * 50,
    "few bytes": RANDOM[:200],
    "an archive behind a few bytes": b"#!/bin/sh\nexec java -jar $0\n" + gzip.compress(RANDOM),
    "numbers": b"".join(number.to_bytes(4, "little") for number in range(1000)),
}


def unread(vps: Vps) -> dict[str, str]:
    return {str(Path(path).name): why for path, why in vps.survey("acceptance").unseen.items()}


@pytest.mark.parametrize("name", ENCRYPTED)
def test_an_encrypted_backup_is_named_by_what_encrypted_it(vps: Vps, name: str) -> None:
    vps.write(BACKUP, ENCRYPTED[name])
    program = name.partition(",")[0]
    assert unread(vps) == {
        "today": f"encrypted with {program}, so that nothing of it could be read"
    }


def test_a_restic_repository_is_named(vps: Vps) -> None:
    vps.write(f"{HOME}/.openclaw/backups/data/5f/{'5f' * 32}", RANDOM)
    assert list(unread(vps).values()) == [
        "encrypted with restic, so that nothing of it could be read"
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_as_random_as_that_is_not_understood(vps: Vps, packed: bool) -> None:
    vps.write(BACKUP, ar(RANDOM) if packed else RANDOM)
    (why,) = unread(vps).values()
    assert why.startswith("not understood: ")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_has_a_known_format_is_understood(vps: Vps, name: str) -> None:
    vps.write(BACKUP, HARMLESS[name])
    assert unread(vps) == {}


def test_before_the_acceptance_it_is_counted(vps: Vps) -> None:
    vps.write(BACKUP, RANDOM)
    place = vps.survey("nightly").survey.places["backups"]
    assert (place.unseen, [each.number for each in place.left_out]) == ((), [1])


def test_a_browsers_cache_is_counted(vps: Vps) -> None:
    vps.write(f"{HOME}/.openclaw/browser/Default/Cache/Cache_Data/f_000001", RANDOM)
    answer = vps.survey("acceptance")
    assert answer.unseen == {}
    (left,) = answer.survey.places["state"].left_out
    assert left.reason.startswith("a browser's cache")


@pytest.mark.parametrize(
    "path", ["model.pt", "video.mp4", "random_seed", "Default/Sessions_Encrypted/Session_1"]
)
def test_what_has_such_a_name_is_dense_and_only_counted(vps: Vps, path: str) -> None:
    vps.write(f"{HOME}/.openclaw/backups/{path}", RANDOM)
    answer = vps.survey("acceptance")
    assert answer.unseen == {}
    (left,) = answer.survey.places["backups"].left_out
    assert left.reason.startswith("not understood, as random as")


def test_the_weights_of_a_model_are_only_counted(vps: Vps) -> None:
    data = zip_of({"model/data.pkl": b"k", "model/data/0": RANDOM})
    vps.write(f"{HOME}/.openclaw/backups/model.pt", data)
    vps.write(f"{HOME}/.openclaw/backups/other.zip", data)
    (path,) = vps.survey("acceptance").unseen
    assert path.endswith("backups/other.zip > model/data/0")


def test_brotlis_copy_of_a_file_beside_it_is_understood(vps: Vps) -> None:
    vps.write(f"{BACKUP}.js.br", RANDOM)
    assert list(unread(vps)) == ["today.js.br"]
    vps.write(f"{BACKUP}.js", "let x = 1;\n")
    assert unread(vps) == {}


def test_elsewhere_it_is_counted_and_no_reason_to_doubt(vps: Vps) -> None:
    vps.write("opt/service/data", RANDOM)
    answer = vps.survey("acceptance")
    assert answer.unseen == {}
    (left,) = [each for each in answer.survey.places["everything"].left_out if each.paths]
    assert left.paths == (str(vps.root / "opt/service/data"),)


def test_below_the_deployments_home_it_is_the_deployments_own(vps: Vps) -> None:
    vps.write(f"{HOME}/vault.bin", RANDOM)
    assert list(unread(vps)) == ["vault.bin"]


def document(text: bytes) -> bytes:
    packed = zlib.compress(b"BT (nothing) Tj ET\n" + text)
    parts = (b"%PDF-1.7\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n", packed)
    return b"".join((*parts, b"\nendstream\nendobj\n%%EOF\n"))


def test_a_documents_compressed_text_is_read(vps: Vps) -> None:
    vps.write("data/guide.pdf", document(f"KEY={new_key()}\n".encode()))
    answer = vps.survey()
    assert (answer.kinds, answer.unseen) == (["anthropic"], {})
    vps.write("data/guide.pdf", document(b"") + b"/Encrypt 5 0 R\n")
    answer = vps.survey()
    assert (answer.kinds, list(answer.unseen.values())) == ([], ["it is encrypted"])


def test_a_git_bundle_is_read(vps: Vps, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "kept").mkdir(parents=True)
    (repository / "kept/env").write_text(f"KEY={new_key()}\n")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    bundle = vps.write("data/all.bundle", b"")
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "a"],
                    ["bundle", "create", "-q", str(bundle), "--all"]):  # fmt: skip
        subprocess.run(["git", *command], cwd=repository, check=True)  # noqa: S607
    assert vps.survey().kinds == ["anthropic"]


def test_an_archive_within_a_program_is_read_once(vps: Vps) -> None:
    key = f"KEY={new_key()}\n".encode()
    several = b"".join(gzip.compress(b"x" * 40_000 + bytes([at])) for at in range(20))
    vps.write("data/tool", b"\x7fELF" + bytes(3000) + several + gzip.compress(key) + bytes(99))
    answer = vps.survey()
    assert (answer.kinds, answer.unseen) == (["anthropic"], {})
    assert answer.findings[0].members[0] == "embedded gzip"


def test_what_only_begins_as_an_archive_is_no_damage(vps: Vps) -> None:
    vps.write("data/magic", b"the magic is \x1f\x8b\x08\0\0\0\0\0\0\x03 and BZh91AY&SY\nKEY=1\n")
    assert vps.survey().unseen == {}


def test_the_vps_own_program_reads_what_python_has_not(vps: Vps) -> None:
    script(vps.bin / "zstd", UNPACK)
    vps.write("data/x.zst", zstd(f"KEY={new_key()}\n".encode()))
    answer = vps.survey()
    assert (answer.kinds, answer.unseen) == (["anthropic"], {})


def test_what_it_cannot_read_to_its_end_is_named(vps: Vps) -> None:
    script(vps.bin / "zstd", UNPACK)
    vps.write("data/x.zst", zstd(b"a" * 9000)[:-9])
    assert list(vps.survey().unseen.values()) == ["zstd could not read it to its end"]


def test_where_it_is_missing_the_verdict_says_so(vps: Vps) -> None:
    vps.prologue = b"import shutil\nshutil.which = lambda name: None\n"
    vps.write("data/x.lz4", b"\x04\x22\x4d\x18" + bytes(99))
    vps.write("data/system.journal", b"LPKSHHRH" + bytes(99))
    assert set(vps.survey().unseen.values()) == {
        "the VPS has no lz4 to read it with",
        "the VPS has no journalctl to read it with",
    }


def test_a_journals_compressed_messages_are_read(vps: Vps) -> None:
    plain, packed = new_key(), new_key()
    script(vps.bin / "journalctl", f"#!/bin/sh\necho 'a message: {packed}'\n")
    vps.write("data/system.journal", b"LPKSHHRH" + bytes(99) + f"MESSAGE={plain}\0".encode())
    answer = vps.survey()
    assert {each.members for each in answer.findings} == {(), ("messages",)}
