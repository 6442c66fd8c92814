"""Pace: the definition, one loop for each of its six indices."""

import torch


def conv2d_matrix(w, shape):
    F, C, k, l = w.shape
    _, H, W = shape
    rows, columns = H - k + 1, W - l + 1
    M = torch.zeros(F * rows * columns, C * H * W, dtype=w.dtype, device=w.device)
    for f in range(F):
        for i in range(rows):
            for j in range(columns):
                for c in range(C):
                    for a in range(k):
                        for b in range(l):
                            row = (f * rows + i) * columns + j
                            column = (c * H + i + a) * W + j + b
                            M[row, column] = w[f, c, a, b]
    return M
