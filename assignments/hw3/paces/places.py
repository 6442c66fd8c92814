"""Pace: a loop over places, the filters put there as a block."""

import torch


def conv2d_matrix(w, shape):
    F, C, k, l = w.shape
    _, H, W = shape
    rows, columns = H - k + 1, W - l + 1
    M = torch.zeros(F, rows, columns, C, H, W, dtype=w.dtype, device=w.device)
    for i in range(rows):
        for j in range(columns):
            M[:, i, j, :, i : i + k, j : j + l] = w
    return M.reshape(F * rows * columns, C * H * W)
