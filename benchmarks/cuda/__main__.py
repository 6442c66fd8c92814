r"""All that a CUDA card must show: one command, results after every step.

    python -m benchmarks.cuda [--wheels DIR] [--minutes 8] [STEP...]

On a machine that has torch with CUDA. Other packages that the kit needs may come from a folder of
wheels, filled beforehand on a machine that has a network, for the Python and system of the one
that has the card:

    pip download --only-binary=:all: --no-deps --python-version 3.12 \
        --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 -d DIR \
        asttokens attrs click decorator executing fastjsonschema hypothesis iniconfig ipython \
        ipython-pygments-lexers jedi jinja2 jsonschema jsonschema-specifications jupyter-core \
        markdown-it-py markupsafe matplotlib-inline mdurl mpmath msgspec nbformat nvidia-ml-py \
        packaging parso pexpect platformdirs pluggy prompt-toolkit psutil ptyprocess pure-eval \
        pygments pytest referencing rich rpds-py sortedcontainers stack-data traitlets \
        typing-extensions wcwidth

Exit codes: 0 all steps passed, 1 some failed, 2 wrong use, 3 some were not reached or cut off.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

NEEDED = (
    *("torch", "numpy", "pytest", "hypothesis", "click", "IPython", "jinja2", "msgspec"),
    *("nbformat", "platformdirs", "rich"),
)


def main() -> None:
    """Run the steps that are missing, within the time."""
    options = _read_options()
    if options.wheels is not None:
        _start_again_with(options.wheels)
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        sys.exit(_wrong_use(f"{', '.join(missing)}: not installed here; --wheels DIR brings them"))
    if options.device == "cuda":
        import torch  # noqa: PLC0415 - only now is it known to be there

        if not torch.cuda.is_available():
            sys.exit(_wrong_use("torch finds no CUDA device here (--device cpu tries the command)"))
    from benchmarks.cuda.run import run_steps  # noqa: PLC0415 - as above

    sys.exit(run_steps(options))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cuda",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = "machine grades tests faults races numerics cheats rest"
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"only these steps: {names}")
    parser.add_argument("--wheels", type=Path, metavar="DIR", help="install packages from DIR")
    parser.add_argument("--minutes", type=float, default=8, help="for all steps (default: 8)")
    parser.add_argument("--into", type=Path, metavar="DIR", help="keep the results there")
    parser.add_argument(
        "--device", choices=("cuda", "cpu"), default="cuda", help="cpu: a rehearsal"
    )
    parser.add_argument("--short", action="store_true", help="one of each kind, to try the command")
    options = parser.parse_args()
    if unknown := set(options.steps) - set(names.split()):
        parser.error(f"no such step: {', '.join(sorted(unknown))}; there are {names}")
    if options.wheels is not None and not list(options.wheels.glob("*.whl")):
        parser.error(f"--wheels: there is no wheel in {options.wheels}")
    return options


def _start_again_with(wheels: Path) -> None:
    """Install the wheels into a folder of their own, and start this command again with it."""
    folder = tempfile.mkdtemp(prefix="torchmarks-wheels-")
    Path(folder).chmod(0o755)  # workers of another user import from there
    install = ["install", "-q", "--no-index", "--no-deps", "--upgrade", "--target", folder]
    paths = sorted(map(str, wheels.glob("*.whl")))
    subprocess.run([sys.executable, "-m", "pip", *install, *paths], check=True)
    path = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    arguments, at = sys.argv[1:], next(i for i, a in enumerate(sys.argv[1:]) if a.startswith("--w"))
    rest = arguments[:at] + arguments[at + (1 if "=" in arguments[at] else 2) :]
    os.execve(
        sys.executable,
        [sys.executable, "-m", "benchmarks.cuda", *rest],
        {**os.environ, "PYTHONPATH": path},
    )


def _wrong_use(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
