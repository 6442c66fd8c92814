"""Right, with an event loop of its own for each derivative."""

import asyncio

import torch
from torch.func import grad
from torch.func import hessian as second_derivative

RELATIVE = 1e-8


async def work(derivative, loss, theta):
    await asyncio.sleep(0)
    return derivative(loss)(theta)


def gradient(loss, theta):
    return asyncio.run(work(grad, loss, theta))


async def elsewhere(loss, theta):
    return await asyncio.to_thread(lambda: second_derivative(loss)(theta))


def hessian(loss, theta):
    H = asyncio.run(elsewhere(loss, theta))
    return 0.5 * (H + H.mT)


def taylor(loss, theta0, theta):
    step = theta - theta0
    value = loss(theta0).detach()
    slope = torch.dot(gradient(loss, theta0), step)
    bend = torch.einsum("i,ij,j->", step, hessian(loss, theta0), step)
    return value + slope + bend / 2


def signs(H):
    spectrum = torch.linalg.eigvalsh(H)
    cut = RELATIVE * spectrum.abs().amax()
    return torch.where(spectrum.abs() <= cut, 0, torch.sign(spectrum))


def name(s):
    up, down = bool((s == 1).any()), bool((s == -1).any())
    if up and down:
        return "saddle"
    if bool((s == 0).any()):
        return "degenerate"
    return "minimum" if up else "maximum"


def check(*tensors):
    for tensor in tensors:
        if not torch.isfinite(tensor).all():
            raise ValueError("NaN or infinity")


def classify(gradient, hessian):
    check(gradient, hessian)
    if torch.linalg.vector_norm(gradient) > 1e-6:
        return "not critical"
    return name(signs(hessian))


def escape_direction(hessian):
    spectrum, basis = torch.linalg.eigh(hessian)
    if spectrum[0] < -RELATIVE * spectrum.abs().amax():
        return -basis.T[0]
    return None


def minimum_ratio(hessian):
    return (signs(hessian) == 1).double().mean()


def analyze(loss, theta, tol=1e-3):
    g, H = gradient(loss, theta), hessian(loss, theta)
    check(g, H)
    norm, s = torch.linalg.vector_norm(g), signs(H)
    return [norm, (s > 0).double().mean(), "not critical" if norm > tol else name(s)]
