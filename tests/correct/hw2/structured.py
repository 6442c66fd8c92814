"""Right, with the Hessian of a network worked out by hand, layer by layer, and no autograd there.

The Hessian is JᵀJ (Gauss and Newton) plus the residuals times the curvature of the answers.
Both are carried forward through the layers: the value, the Jacobian and the second
derivatives of every unit, for all samples at once. Other losses go through autograd.
"""

import torch

DERIVATIVES = {
    "tanh": (torch.tanh, lambda z: 1 - torch.tanh(z) ** 2,
             lambda z: -2 * torch.tanh(z) * (1 - torch.tanh(z) ** 2)),
    "relu": (torch.relu, lambda z: (z > 0).to(z), lambda z: torch.zeros_like(z)),
}


def is_network(loss):
    return all(hasattr(loss, part) for part in ("widths", "activation", "X", "y"))


def forward(loss, theta):
    """Return outputs (N, K), their Jacobian (N, K, n) and pieces for the second derivatives."""
    X, n, pos = loss.X.to(theta), theta.numel(), 0
    f, df, ddf = DERIVATIVES[loss.activation]
    a, Ja = X, X.new_zeros(*X.shape, n)
    layers = []
    for fan_in, fan_out in zip(loss.widths, loss.widths[1:]):
        W = theta[pos:pos + fan_in * fan_out].reshape(fan_out, fan_in)
        b = theta[pos + fan_in * fan_out:pos + fan_in * fan_out + fan_out]
        z = a @ W.T + b
        Jz = torch.einsum("ji,sin->sjn", W, Ja)
        for j in range(fan_out):
            row = pos + j * fan_in
            Jz[:, j, row:row + fan_in] += a
            Jz[:, j, pos + fan_in * fan_out + j] += 1
        layers.append((pos, fan_in, fan_out, W, Ja, Jz, z))
        a, Ja = f(z), df(z).unsqueeze(-1) * Jz
        pos += fan_out * (fan_in + 1)
    return z, Jz, layers, df, ddf


def network_derivatives(loss, theta):
    out, J, layers, df, ddf = forward(loss, theta)
    y = loss.y.to(theta)
    scale = 2 / out.numel()
    r = out - y
    g = scale * torch.einsum("sk,skn->n", r, J)
    H = torch.einsum("skn,skm->nm", J, J)
    delta = r                                   # dL/dz of the layer, without the scale
    for pos, fan_in, fan_out, W, Ja, Jz, z in reversed(layers):
        if delta is not r:                      # a hidden layer: curvature of its activation
            H += torch.einsum("sj,sjn,sjm->nm", back * ddf(z), Jz, Jz)
        # z = W a + b is bilinear in (W, a): d²z_j / dW_ji dtheta = da_i/dtheta
        cross = torch.einsum("sj,sin->jin", delta, Ja).reshape(fan_out * fan_in, -1)
        rows = slice(pos, pos + fan_out * fan_in)
        H[rows] += cross
        H[:, rows] += cross.T
        back = delta @ W                        # dL/da of the layer below
        index = [k for k, layer in enumerate(layers) if layer[0] == pos][0]
        if index:
            delta = back * df(layers[index - 1][6])
    return g, scale * (H + H.T) / 2


def generic_derivatives(loss, theta):
    theta = theta.clone().requires_grad_()
    g = torch.autograd.grad(loss(theta), theta, create_graph=True)[0]
    if not g.requires_grad:
        return g, torch.zeros(len(g), len(g), dtype=g.dtype, device=g.device)
    H = torch.stack([torch.autograd.grad(gi, theta, retain_graph=True)[0] for gi in g])
    return g.detach(), (H + H.T) / 2


def derivatives(loss, theta):
    return (network_derivatives if is_network(loss) else generic_derivatives)(loss, theta)


def gradient(loss, theta):
    return derivatives(loss, theta)[0]


def hessian(loss, theta):
    return derivatives(loss, theta)[1]


def taylor(loss, theta0, theta):
    g, H = derivatives(loss, theta0)
    d = theta - theta0
    return loss(theta0) + d @ (g + H @ d / 2)


def spectrum(H):
    values = torch.linalg.eigvalsh(H)
    return values, 1e-8 * max(abs(values[0]), abs(values[-1]))


def decide(norm, H, tol):
    if norm > tol:
        return "not critical"
    values, bound = spectrum(H)
    low, high = values[0], values[-1]
    if low < -bound and high > bound:
        return "saddle"
    if low > bound:
        return "minimum"
    return "maximum" if high < -bound else "degenerate"


def require_finite(*tensors):
    if not all(torch.isfinite(t).all() for t in tensors):
        raise ValueError("derivatives are not finite")


def classify(gradient, hessian):
    require_finite(gradient, hessian)
    return decide(gradient.norm(), hessian, 1e-6)


def escape_direction(hessian):
    values, vectors = torch.linalg.eigh(hessian)
    return vectors[:, 0] if values[0] < -spectrum(hessian)[1] else None


def minimum_ratio(hessian):
    values, bound = spectrum(hessian)
    return float((values > bound).sum()) / len(values)


def analyze(loss, theta, tol=1e-3):
    g, H = derivatives(loss, theta)
    require_finite(g, H)
    return float(g.norm()), minimum_ratio(H), decide(g.norm(), H, tol)
