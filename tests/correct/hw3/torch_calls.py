"""Right, with torch's own calls wherever there is one, and gradient descent with momentum."""

import torch
from torch import nn
from torch.nn import functional as F


def conv2d(x, w):
    return F.conv2d(x, w)


def conv2d_matrix(w, shape):
    size = shape[0] * shape[1] * shape[2]
    units = torch.eye(size, dtype=w.dtype, device=w.device).reshape(size, *shape)
    return F.conv2d(units, w).flatten(1).T


def count_parameters(layers):
    shape, total = torch.Size(layers[0]["shape"]), 0
    for layer in layers[1:]:
        image = torch.empty(1, *shape, device="meta")
        if layer["layer"] == "pool":
            shape = F.max_pool2d(image, layer["size"]).shape[1:]
            continue
        bias = layer.get("bias", True)
        if layer["layer"] == "linear":
            module = nn.Linear(image.numel(), layer["units"], bias=bias, device="meta")
            shape = (layer["units"], 1, 1)
            times = 1
        else:
            module = nn.Conv2d(shape[0], layer["filters"], layer["size"], bias=bias, device="meta")
            shape = module(image).shape[1:]
            times = 1 if layer.get("shared", True) else shape[1] * shape[2]
        total += times * sum(p.numel() for p in module.parameters())
    return total


def pool2d(x, k):
    return F.max_pool2d(x, k)


def build_cnn(shape, classes):
    return nn.Sequential(
        nn.Conv2d(shape[0], 8, 5),
        nn.AdaptiveMaxPool2d((1, 1)),
        nn.ReLU(inplace=True),
        nn.Flatten(),
        nn.Linear(8, classes),
    )


def build_mlp(shape, classes):
    pixels = shape[0] * shape[1] * shape[2]
    return nn.Sequential(nn.Flatten(), nn.Linear(pixels, 64), nn.ReLU(), nn.Linear(64, classes))


def train(model, x, y, seed=0):
    model = model.to(x.device)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 60)
    for _ in range(60):
        for rows in torch.randperm(len(x), generator=generator).to(x.device).split(25):
            loss = F.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return model


@torch.no_grad()
def predict(model, x):
    return torch.cat([model(part).argmax(1) for part in x.split(256)])


def compare(curves):
    target = torch.tensor(curves["target"], dtype=torch.float64)
    train, test = (
        [bool(curves[name][part][-1] > target) for name in ("mlp", "cnn")]
        for part in ("train", "test")
    )
    words = {
        (True, True): "model bias",
        (True, False): "optimization issue",
        (False, True): "place matters",
    }
    if any(train):
        return words[tuple(train)]
    return "mismatch" if all(test) else "overfitting" if any(test) else "fine"
