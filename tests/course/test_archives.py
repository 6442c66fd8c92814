"""Archives are unpacked in a worker, by what they hold and nothing that they claim."""

import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath

import numpy as np
import pytest

from grader.course import archives
from grader.course.archives import is_starter, unpack
from grader.source.handin import MisuseError, Source, read_handin

CODE = b"def double(x): return 2 * x\n"
ACCEPTS = ("tiny.py", "tiny.ipynb")


def zipped(entries, **more):
    """A zip of (name, bytes) or (ZipInfo, bytes)."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", **more) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return data.getvalue()


def tarred(entries, mode="w"):
    """A tar of (TarInfo or name, bytes)."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for name, content in entries:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def special(name, kind, target=""):
    """An entry of a tar that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def linked_in_zip(name):
    """An entry of a zip that is a link by its mode."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (0o120777 << 16)
    return info


def nested(depth):
    """Archives in archives."""
    data = zipped([("tiny.py", CODE)])
    for _ in range(depth - 1):
        data = zipped([("more.zip", data)])
    return data


def locked():
    """A zip whose entry says that it has a password."""
    data = bytearray(zipped([("tiny.py", CODE)]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying():
    """A zip whose entry says that it is small, and is not."""
    data = bytearray(zipped([("tiny.py", b"#" * 60_000_000)], compression=zipfile.ZIP_DEFLATED))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def made(data):
    """What is large is made when it is needed."""
    return data() if callable(data) else data


GOOD = {
    "zip": zipped([("tiny.py", CODE)]),
    "folders": zipped(
        [("a/b/tiny.py", CODE), ("a/__MACOSX/._tiny.py", b"x"), ("a/data.csv", b"1")]
    ),
    "backslashes": zipped([("a\\tiny.py", CODE)]),
    "tar": tarred([("tiny.py", CODE)]),
    "tar.gz": tarred([("./tiny.py", CODE)], "w:gz"),
    "tar.bz2": tarred([("tiny.py", CODE)], "w:bz2"),
    "tar.xz": tarred([("tiny.py", CODE)], "w:xz"),
    "nested": nested(2),
    "nearest the top": zipped([("tiny.py", CODE), ("old/tiny.py", b"1")]),
    "other name": zipped([("mine.py", CODE)]),
    "leads away": zipped([("../../tiny.py", b"1"), ("/etc/tiny.py", b"1"), ("tiny.py", CODE)]),
    "drive": zipped([("C:/tiny.py", b"1"), ("tiny.py", CODE)]),
    "tar leads away": tarred([("../tiny.py", b"1"), ("/tiny.py", b"1"), ("tiny.py", CODE)]),
    "link beside": tarred(
        [(special("a.py", tarfile.SYMTYPE, "/etc/passwd"), b""), ("tiny.py", CODE)]
    ),
    "device beside": tarred([(special("a.py", tarfile.CHRTYPE), b""), ("tiny.py", CODE)]),
    "data that is large": lambda: zipped(
        [("data.bin", bytes(60_000_000)), ("tiny.py", CODE)], compression=zipfile.ZIP_DEFLATED
    ),
}
BAD = {
    "two": (zipped([("a/tiny.py", CODE), ("b/tiny.py", CODE)]), "2 candidates"),
    "twice": (
        zipped([("tiny.py", CODE), ("tinz.py", b"1")]).replace(b"tinz", b"tiny"),
        "tiny.py twice",
    ),
    "case": (zipped([("tiny.py", CODE), ("Tiny.py", b"1")]), "both tiny.py and Tiny.py"),
    "normal forms": (zipped([("Zo\u00eb.py", CODE), ("Zoe\u0308.py", b"1")]), "holds both"),
    "nothing": (zipped([("readme.txt", b"hello")]), "no code"),
    "only leads away": (zipped([("../tiny.py", CODE)]), "no code"),
    "link": (tarred([(special("tiny.py", tarfile.SYMTYPE, "/etc/passwd"), b"")]), "no code"),
    "hard link": (tarred([(special("tiny.py", tarfile.LNKTYPE, "x"), b"")]), "no code"),
    "device": (tarred([(special("tiny.py", tarfile.BLKTYPE), b"")]), "no code"),
    "pipe": (tarred([(special("tiny.py", tarfile.FIFOTYPE), b"")]), "no code"),
    "link in zip": (zipped([(linked_in_zip("tiny.py"), b"/etc/passwd")]), "no code"),
    "deep": (nested(5), "over 3 deep"),
    "bomb": (lying, "far more than it is|damaged"),
    "gzip bomb": (lambda: gzip.compress(bytes(120_000_000)), "far more than it is"),
    "xz bomb": (lambda: lzma.compress(bytes(120_000_000), preset=0), "far more than it is"),
    "many": (zipped([(f"{i}.py", b"") for i in range(100)]), "over 64 files"),
    "crowd": (lambda: zipped([(f"{i}.txt", b"") for i in range(5001)]), "more than 5000 files"),
    "locked": (locked(), "password"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 600, "RAR or 7z"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 600, "RAR or 7z"),
    "empty": (b"", "no archive"),
    "cut": (zipped([("tiny.py", CODE * 100)])[:-30], "damaged"),
    "text": (b"hello", "no archive"),
    "cut gzip": (tarred([("tiny.py", CODE * 999)], "w:gz")[:-9], "damaged"),
    "no tar in it": (gzip.compress(b"hello"), "damaged|no archive"),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_code_is_found(name, tiny_sandbox, tmp_path):
    """The one file that counts is read as if it had been handed in by itself."""
    path = tmp_path / f"ada{zlib.crc32(name.encode())}.zip"
    path.write_bytes(made(GOOD[name]))
    source = unpack(path, ACCEPTS, tiny_sandbox)
    assert isinstance(source, Source)
    assert source.sha256 == hashlib.sha256(CODE).hexdigest()
    assert any("was taken from" in notice for notice in source.notices)
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "nothing is written"


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_said(name, tiny_sandbox, tmp_path):
    """Each has its sentence; none takes the grader with it, or writes a file."""
    data, said = BAD[name]
    path = tmp_path / "ada.zip"
    path.write_bytes(made(data))
    with pytest.raises(MisuseError, match=said):
        unpack(path, ACCEPTS, tiny_sandbox)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_name_in_another_encoding_is_kept(tiny_sandbox, tmp_path):
    """UTF-8 that does not say so is UTF-8; what is not stays what it looks like."""
    data = zipped([("xxxx/tiny.py", CODE)]).replace(b"xxxx", "éé".encode())
    path = tmp_path / "ada.zip"
    path.write_bytes(data)
    assert "éé/tiny.py" in unpack(path, ACCEPTS, tiny_sandbox).notices[0]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"refused": "", "files": 3},
        {"refused": "", "files": [["a", "b"]]},
        {"refused": "", "files": [["..", np.zeros(1, np.uint8)]]},
        {"refused": "", "files": [["a.py", np.zeros(1, np.float64)]]},
        {"refused": 3, "files": []},
    ],
)
def test_what_the_worker_says_is_not_believed(answer):
    """An archive may have taken it over: anything but bytes by name is a damaged archive."""
    with pytest.raises(MisuseError, match="damaged"):
        archives._files("ada.zip", answer)


def test_a_path_from_the_worker_stays_relative():
    """What leads away is cut down to what does not."""
    answer = {"refused": "", "files": [["/../a/../tiny.py", np.zeros(1, np.uint8)]]}
    assert list(archives._files("ada.zip", answer)) == [PurePosixPath("a/tiny.py")]


def test_the_starter_is_recognized_whatever_its_comments(tiny, tiny_sandbox, monkeypatch):
    """A submission that differs from it in nothing that runs is the starter."""
    starter = b"def double(x):\n    '''Twice.'''\n\n\ndef build():\n    pass\n"
    monkeypatch.setattr(archives, "_starter", lambda *_: read_handin("tiny.py", starter, ACCEPTS))
    same = [starter, starter + b"# done\n", starter.replace(b"Twice", b"I tried")]
    other = [starter + b"x = 1\n", starter.replace(b"pass", b"return 1"), b"def f(: pass", b"("]
    for text in same:
        assert is_starter(read_handin("tiny.py", text, ACCEPTS), tiny, tiny_sandbox)
    for text in other:
        assert not is_starter(read_handin("tiny.py", text, ACCEPTS), tiny, tiny_sandbox)
