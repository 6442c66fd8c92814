"""What the numbers that a network holds are worth, found where no student's code has run."""

from forms import BUDGET, cnn, mlp, read


def cnn_error(state, x, y):
    """Return the share of images that a convolutional network within its budget gets wrong."""
    weights = read(state)
    numbers = sum(part.numel() for part in weights)
    assert numbers <= BUDGET, f"build_cnn's network holds {numbers:,} numbers, more than {BUDGET}"
    return float((cnn(weights, x).argmax(1) != y.cpu()).double().mean())


def mlp_error(state, x, y):
    """Return the share of images that a fully connected network gets wrong."""
    return float((mlp(read(state), x).argmax(1) != y.cpu()).double().mean())
