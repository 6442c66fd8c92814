"""Skip CUDA environments where no GPU answers, before anything is downloaded for them.

Set ``TORCHMARKS_REQUIRE_CUDA=1`` on a GPU runner to make a missing GPU a failure. Without it a
skipped environment costs nothing, unless it was the only one: tox counts a run in which all was
skipped as failed, and keeps the reason to itself, so it is printed here.
"""

import os
import shutil
import subprocess
import sys

from tox.plugin import impl
from tox.tox_env.api import ToxEnv
from tox.tox_env.errors import Fail, Skip


def missing_gpu() -> str:
    """Why there is no GPU to test on; empty if there is one."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return "no nvidia-smi on PATH"
    listing = subprocess.run([program, "-L"], capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH
    # nvidia-smi exits 0 on some machines that have the driver and no device.
    return "" if "GPU " in listing.stdout else "nvidia-smi lists no GPU"


@impl
def tox_on_install(tox_env: ToxEnv, arguments: object, section: str, of_type: str) -> None:  # noqa: ARG001
    """Called by tox before each installation."""
    name = tox_env.name
    if "cuda" not in name.split("-"):
        return
    if reason := missing_gpu():
        if os.environ.get("TORCHMARKS_REQUIRE_CUDA") == "1":
            raise Fail(f"{name}: {reason}, and TORCHMARKS_REQUIRE_CUDA is set")
        print(  # noqa: T201 - tox tells why it skips only when asked for more words
            f"{name}: skipped, nothing was tested: {reason}. "
            f"The tests without a GPU are `tox -e {name.replace('cuda', 'cpu')}`.",
            file=sys.stderr,
        )
        raise Skip(reason)
