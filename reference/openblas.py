"""The three dense kernels that numpy carries but does not offer, and what stands in for them.

numpy's wheels ship a whole OpenBLAS; `ctypes` reaches its symmetric rank-k update, symmetric
matrix-vector product and LDL^T factorisation, which read or write one triangle in place.
Where numpy was built otherwise, `LIBRARY` is None and plain numpy or torch does the same.
All matrices here are C-ordered float64, of which the lower triangle counts.
"""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_double, c_int64, c_size_t, c_void_p
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

FloatArray: TypeAlias = npt.NDArray[np.float64]

ROW_MAJOR, LOWER, TRANSPOSED = 101, 122, 112
BLOCK = 64


def _library() -> ctypes.CDLL | None:
    for path in (Path(np.__file__).parent.parent / "numpy.libs").glob("libscipy_openblas64_*"):
        try:
            library = ctypes.CDLL(str(path))
            library.scipy_cblas_dsyrk64_.restype = None
            library.scipy_cblas_dsymv64_.restype = None
            library.scipy_dsytrf_64_.restype = None
        except (OSError, AttributeError):
            continue
        return library
    return None


LIBRARY = _library()


def add_outer(J: FloatArray, H: FloatArray, scale: float, *, accumulate: bool) -> None:
    """Write scale * J^T J (or add it) to the lower triangle of the square view H.

    J is (rows, n) and C-contiguous; H is (n, n) with contiguous rows.
    """
    n = H.shape[0]
    if LIBRARY is None:
        _add_outer_plain(J, H, scale, accumulate=accumulate)
        return
    LIBRARY.scipy_cblas_dsyrk64_(
        ROW_MAJOR,
        LOWER,
        TRANSPOSED,
        c_int64(n),
        c_int64(J.shape[0]),
        c_double(scale),
        c_void_p(J.ctypes.data),
        c_int64(J.strides[0] // 8),
        c_double(1.0 if accumulate else 0.0),
        c_void_p(H.ctypes.data),
        c_int64(H.strides[0] // 8),
    )


def _add_outer_plain(J: FloatArray, H: FloatArray, scale: float, *, accumulate: bool) -> None:
    n = H.shape[0]
    panel = max(256, -(-n // 12))
    for start in range(0, n, panel):
        stop = min(n, start + panel)
        product = (J[:, start:stop].T @ J[:, :stop]) * scale
        H[start:stop, :stop] = product + H[start:stop, :stop] if accumulate else product


def symmetric_product(H: FloatArray, v: FloatArray) -> FloatArray:
    """Return H v, reading the lower triangle of H (n, n) alone where that is possible.

    Without the library the whole of H is read, so the caller mirrors it first.
    """
    n = H.shape[0]
    if LIBRARY is None:
        lower = np.tril(H)
        return np.asarray(lower @ v + np.tril(H, -1).T @ v)
    out = np.empty(n)
    LIBRARY.scipy_cblas_dsymv64_(
        ROW_MAJOR,
        LOWER,
        c_int64(n),
        c_double(1.0),
        c_void_p(H.ctypes.data),
        c_int64(H.strides[0] // 8),
        c_void_p(v.ctypes.data),
        c_int64(1),
        c_double(0.0),
        c_void_p(out.ctypes.data),
        c_int64(1),
    )
    return out


def factor(A: FloatArray) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """Bunch-Kaufman LDL^T of A (n, n), whose lower triangle is overwritten.

    Returns D's diagonal (n,), its off-diagonal (n - 1,) and the pivots (n,), negative in both
    rows of a 2 x 2 block.  (LAPACK dsytrf; C's lower triangle is Fortran's upper one.)
    """
    if LIBRARY is None:
        return _factor_plain(A)
    n = A.shape[0]
    size, info = c_int64(n), c_int64(0)
    pivots = np.empty(n, np.int64)
    work = np.empty(n * BLOCK)
    LIBRARY.scipy_dsytrf_64_(
        c_char_p(b"U"),
        ctypes.byref(size),
        c_void_p(A.ctypes.data),
        ctypes.byref(size),
        c_void_p(pivots.ctypes.data),
        c_void_p(work.ctypes.data),
        ctypes.byref(c_int64(work.size)),
        ctypes.byref(info),
        c_size_t(1),
    )
    if info.value < 0:
        raise ValueError(f"LAPACK's dsytrf refused its argument {-info.value}")
    return np.diagonal(A), np.diagonal(A, -1), pivots


def _factor_plain(A: FloatArray) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    lower = torch.from_numpy(A)
    result = torch.linalg.ldl_factor_ex(lower)
    LD: FloatArray = result.LD.numpy()
    return np.diagonal(LD), np.diagonal(LD, -1), result.pivots.numpy().astype(np.int64)
