"""Pace: rows and columns of all weights by arithmetic with indices, and one scatter."""

import torch


def conv2d_matrix(w, shape):
    F, C, k, l = w.shape
    _, H, W = shape
    rows, columns = H - k + 1, W - l + 1
    r = torch.arange(F * rows * columns, device=w.device).reshape(F, rows, columns, 1, 1, 1)
    corners = torch.arange(rows, device=w.device)[:, None] * W + torch.arange(
        columns, device=w.device
    )
    c, a, b = (torch.arange(size, device=w.device) for size in (C, k, l))
    within = (c[:, None, None] * H + a[:, None]) * W + b
    at = r * (C * H * W) + corners[:, :, None, None, None] + within
    M = torch.zeros(F * rows * columns * C * H * W, dtype=w.dtype, device=w.device)
    M[at.reshape(-1)] = w[:, None, None].expand(at.shape).reshape(-1)
    return M.reshape(F * rows * columns, C * H * W)
