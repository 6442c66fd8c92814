"""The hostile submissions: what each declares must become of it, and whether it did.

A file's docstring ends with lines such as

    Earns: test_norm, test_hidden_total        (or `everything`, `nothing`, `this or that`)
    Verdict: died, timed_out                   (of the checks that it does not earn)
    At L2u, L2: Earns: nothing; Verdict: died  (where a level gives another answer)
    Not defended at: L2                        (where the attack is known to work)

Run as a program, it grades all of them at one level and prints what went wrong, as JSON:

    python -m tests.hostile_files LEVEL[:VERSION] [NAME...]

With a version, as on a kernel whose Landlock is that old.
"""

import ast
import contextlib
import fcntl
import gc
import json
import os
import re
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "hostile"
CANARY = Path("/tmp/torchmarks-hostile")
PORT = 47113
SECRETS = {"TORCHMARKS_SECRET": "canary-of-the-grader", "GITHUB_TOKEN": "ghp_canary"}
CHECKS = {"test_double": 4, "test_norm": 3, "test_hidden_total": 3}
_AT = re.compile(
    r"^At (?P<levels>[^:]+): Earns: (?P<earns>[^;]+); Verdict: (?P<verdicts>.+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Declared:
    """One hostile file, and what must become of it at each level."""

    path: Path
    earns: str
    verdicts: frozenset[str]
    otherwise: dict[str, tuple[str, frozenset[str]]]
    not_defended: frozenset[str]

    def __str__(self) -> str:
        return self.path.stem

    def at(self, level):
        """The sets of checks it may earn, and the verdicts allowed for the others, at a level."""
        earns, verdicts = self.otherwise.get(level, (self.earns, self.verdicts))
        return [_checks(part) for part in earns.split(" or ")], verdicts


def hostile_files():
    """All hostile submissions."""
    return [read(path) for path in sorted(HERE.glob("*.py"))]


def read(path):
    """Read what a file declares; raises ValueError if it declares nothing."""
    text = path.read_text()
    with contextlib.suppress(SyntaxError):
        text = ast.get_docstring(ast.parse(text)) or text
    earns = re.search(r"^Earns: (.+)$", text, re.MULTILINE)
    verdict = re.search(r"^Verdict: (.+)$", text, re.MULTILINE)
    spared = re.search(r"^Not defended at: (.+)$", text, re.MULTILINE)
    if earns is None:
        raise ValueError(f"{path} does not say what it earns")
    otherwise = {
        level: (match["earns"], _words(match["verdicts"]))
        for match in _AT.finditer(text)
        for level in _words(match["levels"])
    }
    verdicts = _words(verdict[1]) if verdict else frozenset()
    return Declared(
        path, earns[1], verdicts, otherwise, _words(spared[1]) if spared else frozenset()
    )


def _words(text):
    return frozenset(word.strip() for word in text.split(","))


def _checks(text):
    if text.strip() in ("everything", "nothing"):
        return set(CHECKS) if text.strip() == "everything" else set()
    return set(_words(text))


@contextlib.contextmanager
def bait():
    """Put out what attacks reach for: files, sockets, a server, secrets in the environment.

    Several runs of the suite may share it at once; the last one of the user who put it out takes
    it away, but for the empty lock, which two runs would otherwise take turns to delete under
    each other.
    """
    lock = os.open(f"{CANARY}.lock-{os.getuid()}", os.O_CREAT | os.O_RDWR)
    while not _first_or_beside_others(lock):
        pass
    with contextlib.ExitStack() as stack:
        for family, where in (
            (socket.AF_UNIX, str(CANARY / "socket")),
            (socket.AF_UNIX, "\0torchmarks-hostile"),
            (socket.AF_INET, ("127.0.0.1", PORT)),
        ):
            server = stack.enter_context(socket.socket(family))
            with contextlib.suppress(OSError):  # another run has put it out
                server.bind(where)
                server.listen()
        os.environ.update(SECRETS)
        stack.enter_context(_draws())
        yield
    for name in SECRETS:
        os.environ.pop(name, None)
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is_anothers():
            shutil.rmtree(CANARY)
    os.close(lock)


@contextlib.contextmanager
def _draws():
    """Keep what a check draws in this user's cache, where the grader keeps it."""
    from grader.grading.draw_cache import FOLDER, DrawCache
    from grader.grading.draws import Draw
    from grader.home import cache_folder

    home = cache_folder()
    if home is None:
        yield
        return
    cache = DrawCache(home / FOLDER / f"bait-{os.getpid()}")
    cache.keep("test_hidden_total", [Draw(b"the canary")])
    try:
        yield
    finally:
        shutil.rmtree(cache.folder, ignore_errors=True)


def _first_or_beside_others(lock):
    """Put the files out if nobody has, and hold the lock as one of several; False to try again."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(lock, fcntl.LOCK_SH)
        return CANARY.exists()  # the last of the others may have taken it away meanwhile
    if _is_anothers():
        fcntl.flock(lock, fcntl.LOCK_SH)
        return True
    CANARY.mkdir(mode=0o777, exist_ok=True)
    CANARY.chmod(0o777)
    for name, mode in (("secret.txt", 0o644), ("writable.txt", 0o666)):
        (CANARY / name).write_text("the canary")
        (CANARY / name).chmod(mode)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return True


def _is_anothers():
    """Whether the bait was put out by another user, whose it is to take away."""
    return CANARY.exists() and CANARY.stat().st_uid != os.getuid()


def unharmed():
    """What is wrong with the bait, if anything."""
    wrong = []
    for name, mode in (("secret.txt", 0o644), ("writable.txt", 0o666)):
        path = CANARY / name
        if (
            not path.exists()
            or path.read_text() != "the canary"
            or path.stat().st_mode & 0o777 != mode
        ):
            wrong.append(f"{path} was changed")
    strange = {entry.name for entry in CANARY.iterdir()} - {"secret.txt", "writable.txt", "socket"}
    planted = [
        str(p)
        for p in map(Path, ("/tmp/torchmarks-was-here", "/var/tmp/torchmarks-was-here"))
        if p.exists()
    ]
    return wrong + sorted(strange) + planted


def judge(declared, grade, printed, level):
    """What about a grade is not as declared, in sentences."""
    allowed, verdicts = declared.at(level)
    earned = {check.name for check in grade.checks if check.score == check.points}
    wrong = []
    if earned not in allowed:
        wrong.append(f"earned {sorted(earned)}, not {allowed}: {_said_of(grade.checks)}")
    wrong += [
        f"{_said_of([check])} with {check.score} points, expected {sorted(verdicts)}"
        for check in grade.checks
        if check.name not in earned and (check.score or str(check.verdict) not in verdicts)
    ]
    said = " ".join(f"{check.message} {check.counterexample}" for check in grade.checks)
    wrong += [
        f"{where} says {text[text.index('LEAK') :][:300]}"
        for where, text in (("the grade", said), ("its print", printed))
        if "LEAK" in text
    ]
    if any(c in said for c in "\x1b\x00\u202e"):
        wrong.append("the grade holds what a terminal or a log would obey")
    return wrong


def too_slow(grade):
    """That a grade took what only a grader that hangs takes, however busy the machine is."""
    return [f"took {grade.seconds:.1f} s"] if grade.seconds > 120 else []


def _said_of(checks):
    return "; ".join(f"{check.name}: {check.verdict} ({check.message})" for check in checks)


def record_prints():
    """Keep everything that any worker prints from now on; returns the list that it goes into."""
    from grader.submission.calls import Calls

    printed = []
    original = Calls.end

    def end(calls):
        original(calls)
        printed.append(calls.printed)

    Calls.end = end
    return printed


def open_sandbox(assignment, level, newest_landlock):
    """A sandbox at one level, as on a kernel with one version of Landlock."""
    from grader.sandbox import open_zygote
    from grader.sandbox.opened import Sandbox, places_of

    places, packages = places_of(assignment), assignment.preloads
    zygote = open_zygote(level=level, newest_landlock=newest_landlock, packages=packages, **places)
    return Sandbox(zygote, assignment)


def main(where, *names):
    """Grade all files, or those named, at one level."""
    from grader.assignment.folder import load_assignment
    from grader.inside.landlock import NEWEST
    from grader.plugin.session import grade_submission
    from tests.sandbox.processes import alive, descendants

    level, _, newest = where.partition(":")
    printed = record_prints()
    problems, graded = {}, 0
    with bait(), tempfile.TemporaryDirectory() as folder:
        assignment = load_assignment(HERE / "assignment")
        sandbox = open_sandbox(assignment, level, int(newest or NEWEST))
        honest = Path(folder) / "hw.py"
        honest.write_text((HERE / "assignment/reference/hostile_reference.py").read_text())
        for declared in hostile_files():
            if level in declared.not_defended or (names and str(declared) not in names):
                continue
            printed.clear()
            path = Path(folder) / declared.path.stem / "hw.py"
            path.parent.mkdir()
            path.write_bytes(declared.path.read_bytes())
            gc.collect()  # what the one before left is not counted
            family, descriptors = descendants(os.getpid()), len(os.listdir("/proc/self/fd"))
            grade = grade_submission(assignment, path, sandbox=sandbox)
            wrong = judge(declared, grade, "\n".join(printed), level) + unharmed()
            wrong += too_slow(grade)
            if left := alive(descendants(os.getpid()) - family):
                wrong.append(f"{len(left)} processes are left of it")
            if (now := len(os.listdir("/proc/self/fd"))) != descriptors:
                wrong.append(f"the grader holds {now} descriptors, and held {descriptors}")
            after = grade_submission(assignment, honest, sandbox=sandbox)
            if after.score != sum(CHECKS.values()):
                wrong.append(f"the next one earned {after.score}: {_said_of(after.checks)}")
            graded += 1
            if wrong:
                problems[str(declared)] = wrong
        sandbox.close()
    print(json.dumps({"level": where, "graded": graded, "problems": problems}, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
