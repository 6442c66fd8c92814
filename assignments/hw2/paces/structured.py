"""Pace: the network taken apart, its Hessian put together from the layers' own derivatives.

The Gauss-Newton part is one product of the Jacobian with itself, the rest is the double
backward of the residual's share, layer pair by layer pair, in plain torch.
"""

import torch


def forward(loss, theta):
    layers, a = loss.layers(theta), loss.X
    inputs, slopes, bends = [], [], []
    for W, b in layers[:-1]:
        inputs.append(a)
        z = a @ W.T + b
        if loss.activation == "tanh":
            a = torch.tanh(z)
            slopes.append(1 - a * a)
            bends.append(-2 * a * (1 - a * a))
        else:
            a = torch.relu(z)
            slopes.append((z > 0).to(z.dtype))
            bends.append(torch.zeros_like(z))
    inputs.append(a)
    W, b = layers[-1]
    return layers, inputs, slopes, bends, a @ W.T + b - loss.y


def network_hessian(loss, theta):
    layers, inputs, slopes, bends, residual = forward(loss, theta)
    scale = 2 / residual.numel()
    depth, N = len(layers), len(residual)
    ends = [torch.cat([a, torch.ones(N, 1, dtype=a.dtype, device=a.device)], 1) for a in inputs]
    delta, G = [None] * depth, [None] * depth
    delta[-1] = residual
    G[-1] = torch.eye(residual.shape[1], dtype=theta.dtype, device=theta.device).expand(N, -1, -1)
    for m in range(depth - 1, 0, -1):
        W, D = layers[m][0], slopes[m - 1]
        back = delta[m] @ W
        delta[m - 1] = back * D
        inner = (W.T @ G[m] @ W) * D[:, :, None] * D[:, None, :]
        G[m - 1] = inner + torch.diag_embed(bends[m - 1] * back)
    H = torch.zeros(len(theta), len(theta), dtype=theta.dtype, device=theta.device)
    places = positions(layers)
    for m in range(depth):
        X = G[m]
        reach = None  # derivative of layer m's input activations by layer l's pre-activations
        for l in range(m, -1, -1):
            if l < m:
                W, D = layers[l + 1][0], slopes[l]
                X = (X @ W) * D[:, None, :]
                reach = torch.diag_embed(D) if reach is None else (reach @ W) * D[:, None, :]
            out, inn = X.shape[1], X.shape[2]
            outer = (ends[m][:, :, None] * ends[l][:, None, :]).reshape(N, -1)
            block = (X.reshape(N, -1).T @ outer).reshape(out, inn, ends[m].shape[1], -1)
            block = block.permute(0, 2, 1, 3).contiguous()
            if reach is not None:
                part = torch.einsum("sj,sqi,sp->jqip", delta[m], reach, ends[l])
                block[:, :-1] += part
            rows, columns = places[m], places[l]
            flat = block.reshape(rows.numel(), columns.numel()) * scale
            H[rows.reshape(-1)[:, None], columns.reshape(-1)] = flat
            H[columns.reshape(-1)[:, None], rows.reshape(-1)] = flat.T
    return H


def positions(layers):
    """Where the weights and bias of each unit lie in theta, (out, in + 1)."""
    found, start = [], 0
    for W, _ in layers:
        out, inn = W.shape
        weights = start + torch.arange(out * inn).reshape(out, inn)
        biases = start + out * inn + torch.arange(out).reshape(out, 1)
        found.append(torch.cat([weights, biases], 1))
        start += out * (inn + 1)
    return found


def hessian(loss, theta):
    if hasattr(loss, "widths"):
        return network_hessian(loss, theta)
    return torch.func.hessian(loss)(theta)
