"""The GPU, opened while a worker is still ours: before the filter, and before the submission."""

import os

descriptors: frozenset[int] = frozenset()
"""What the driver's library opened for itself in this process."""


def open_gpu(memory: int) -> None:
    """Make this process's CUDA context, and bound what torch takes of the card, in bytes.

    The bound is for the honest, who get torch's own OutOfMemoryError; whoever lifts it is ended
    from outside. Raises RuntimeError where the card cannot be used.
    """
    import torch  # noqa: PLC0415 - only a worker with a GPU comes here

    global descriptors  # noqa: PLW0603 - one process has one card
    before = _open_descriptors()
    _, most = torch.cuda.mem_get_info(0)
    torch.cuda.set_per_process_memory_fraction(min(1.0, memory / most), 0)
    torch.ones(1, device="cuda")
    # Done, and not only begun: what the driver opens for it is open by now.
    torch.cuda.synchronize()
    descriptors = _open_descriptors() - before


def multiply() -> None:
    """Multiply matrices on the GPU; raises what torch raises, or ArithmeticError if it is wrong."""
    import torch  # noqa: PLC0415 - as above

    ones = torch.ones(64, 64, device="cuda", dtype=torch.float64)
    if (ones @ ones).sum().item() != 64**3:
        raise ArithmeticError("the GPU multiplies wrongly")


def answers() -> bool:
    """Whether the card still answers: after some errors every call to a process's context fails."""
    import torch  # noqa: PLC0415 - as above

    try:
        torch.cuda.synchronize()
    except BaseException:  # noqa: BLE001 - the student's code may have put anything there
        return False
    return True


def _open_descriptors() -> frozenset[int]:
    """Those that are open, without the one that the listing itself had open."""
    return frozenset(int(name) for name in os.listdir("/proc/self/fd") if _is_open(int(name)))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
