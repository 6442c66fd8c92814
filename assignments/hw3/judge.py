"""What the numbers that a network holds are worth, found where no student's code has run."""

from forms import BUDGET, cnn, mlp, read


def cnn_error(state, x, y):
    """Return the share of images that a convolutional network within its budget gets wrong."""
    weights = read(state)
    numbers = sum(part.numel() for part in weights)
    assert numbers <= BUDGET, f"build_cnn's network holds {numbers:,} numbers, more than {BUDGET}"
    return share_wrong(cnn(weights, x), y)


def mlp_error(state, x, y):
    """Return the share of images that a fully connected network gets wrong."""
    return share_wrong(mlp(read(state), x), y)


def share_wrong(outputs, y):
    """Return how many of the answers are wrong."""
    return float((outputs.argmax(1) != y.to(outputs.device)).double().mean())
