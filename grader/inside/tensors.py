"""Tensors: on their way into a frame and out of one, and what can change of one in a call.

The one module here that imports torch, when the first tensor is met or asked for: where an
assignment does without, so does its grader. What is asked of a tensor is asked of torch's own
class, past what a subclass may do instead.
"""

from collections.abc import Callable, Iterator
from typing import Final

import torch

from .arrays import Plain, too_many_axes, view_bytes
from .data import AXES_LIMIT, TENSORS

KINDS: Final = {name: getattr(torch, name) for name in TENSORS}
_STAY: tuple[tuple[Callable[[torch.Tensor], bool], str], ...] = (
    (lambda value: value.is_nested, "a nested tensor; one array of numbers is asked for"),
    (
        lambda value: value.layout != torch.strided,
        "a sparse tensor; a dense one is asked for",
    ),
    (
        lambda value: value.device.type == "meta",
        "a tensor on the meta device, which holds no numbers; one with numbers is asked for",
    ),
    (lambda value: value.is_quantized, "a quantized tensor; one of plain numbers is asked for"),
)


def plain(value: torch.Tensor) -> Plain | str:
    """Make a tensor ready to be sent; or say what it is that cannot be, and why."""
    with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - torch has no other name for it
        return _plain(value)


def _plain(value: torch.Tensor) -> Plain | str:
    name = str(value.dtype).removeprefix("torch.")
    for stays, words in _STAY:
        if stays(value):
            return words
    if name not in KINDS:
        return f"a {name} tensor; one of float64 or the like is asked for"
    shape = list(value.shape)
    if len(shape) > AXES_LIMIT:
        return too_many_axes("a tensor", len(shape))
    mark = "graph" if value.requires_grad else ""

    def read() -> memoryview:
        with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - likewise
            return _read(value, name)

    return Plain({"t": [name, shape, mark]}, value.numel() * value.element_size(), read)


def _read(value: torch.Tensor, name: str) -> memoryview:
    numbers = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg()
    numbers = numbers.to("cpu").contiguous()
    return view_bytes((numbers.view(torch.int16) if name == "bfloat16" else numbers).numpy())


def from_buffer(
    payload: bytearray | memoryview, name: str, count: int, offset: int
) -> torch.Tensor:
    """Return a flat tensor of `count` numbers of the payload, with which it shares its memory."""
    if count == 0:
        return torch.empty(0, dtype=KINDS[name])
    flat = torch.frombuffer(payload, dtype=KINDS[name], count=count, offset=offset)
    if name == "bool":  # a byte of 2 would be true and unequal to true
        return flat.view(torch.uint8) != 0
    return flat


def place(tensor: torch.Tensor, device: str, *, graph: bool) -> torch.Tensor:
    """Put a tensor where the data of its worker is, and let it have a gradient if it may."""
    placed = tensor.to(device)
    differentiable = placed.is_floating_point() or placed.is_complex()
    return placed.requires_grad_() if graph and differentiable else placed


def fill(model: torch.nn.Module, values: list[torch.Tensor]) -> None:
    """Give a model's parameters these values: to each that of its shape, whatever its name."""
    found = {tuple(part.shape): part for part in model.parameters()}
    shapes = [tuple(part.shape) for part in values]
    if sorted(found) != sorted(shapes):
        raise ValueError(f"the model has weights of shapes {[*found]}, expected {shapes}")
    with torch.no_grad():
        for shape, part in zip(shapes, values, strict=True):
            found[shape].copy_(part)


def facts(value: torch.Tensor) -> Iterator[tuple[str, object]]:
    """What a tensor is, besides its being there."""
    yield from (
        ("its shape", tuple(value.shape)),
        ("its strides", value.stride()),
        ("its type", value.dtype),
        ("its device", value.device),
        ("requires_grad", value.requires_grad),
        ("its place in a graph", value.grad_fn is None),
        (".grad", value.grad is None),
        ("its storage", (value.data_ptr(), value.storage_offset())),
        ("its attributes", tuple(sorted(vars(value)))),
        ("its values", _bytes(value)),
    )


def _bytes(tensor: torch.Tensor) -> bytes:
    """All bytes of a tensor's entries, by which NaN is NaN and 0 is not -0."""
    numbers = tensor.detach().resolve_conj().resolve_neg().to("cpu").contiguous()
    return bytes(numbers.view(-1).view(torch.uint8).numpy()) if numbers.numel() else b""
