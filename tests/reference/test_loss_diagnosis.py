"""The reference of hw1: its network, its training, and its words."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hw1_ensemble import Ensemble
from reference.loss_diagnosis import (
    build,
    diagnose,
    early_stop,
    failing_depth,
    predict,
    strongest,
    train,
    train_robust,
)

TABLE = [0.28, 0.18, 0.14, 0.10, 0.34]
small = st.integers(0, 6).map(float)


@pytest.fixture
def rows():
    """Draw a hundred rows of five features and a curved target."""
    rng = torch.Generator().manual_seed(1)
    X = torch.randn(100, 5, generator=rng)
    return X, X[:, 0] * X[:, 1] + 1


def test_the_network_is_the_notes():
    """64 and 32 rectified units and one output: 8,129 weights on 93 features."""
    model = build(93)
    assert (
        sum(parameter.numel() for parameter in model.parameters())
        == 93 * 64 + 64 + 64 * 32 + 32 + 33
    )
    assert [type(layer).__name__ for layer in model] == [
        "Linear",
        "ReLU",
        "Linear",
        "ReLU",
        "Linear",
    ]


def test_training_repeats_itself(rows):
    """One seed and one initialisation give one network; another seed gives another."""
    first = build(5)
    twins = [copy.deepcopy(first) for _ in range(3)]
    answers = [
        predict(train(twin, *rows, epochs=3, batch_size=16, seed=seed), rows[0])
        for twin, seed in zip(twins, (0, 0, 1), strict=True)
    ]
    assert torch.equal(answers[0], answers[1])
    assert not torch.equal(answers[0], answers[2])


def test_training_is_adam_on_every_batch(rows):
    """A loop written out with torch's plain Adam comes to the same weights."""
    X, y = rows
    model = build(5)
    plain = copy.deepcopy(model)
    train(model, X, y, epochs=4, batch_size=32, lr=1e-2, seed=3)
    adam = torch.optim.Adam(plain.parameters(), lr=1e-2, foreach=False, fused=False)
    rng = torch.Generator().manual_seed(3)
    for _ in range(4):
        order = torch.randperm(100, generator=rng)
        for start in (0, 32, 64, 96):
            batch = order[start : start + 32]
            adam.zero_grad()
            (plain(X[batch])[:, 0] - y[batch]).square().mean().backward()
            adam.step()
    for got, expected in zip(model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-6)


def test_the_benchmarks_ensemble_is_the_same_training(rows):
    """One member of the batched ensemble goes where a module with its weights goes."""
    X, y = rows
    rng = torch.Generator().manual_seed(9)
    ensemble = Ensemble(2, 5, rng)
    model = build(5)
    with torch.no_grad():
        for parameter, weights in zip(model.parameters(), ensemble.parameters, strict=True):
            parameter.copy_(weights[1].T if parameter.ndim == 2 else weights[1, 0])
        ensemble.train(
            X.expand(2, -1, -1),
            y.expand(2, -1),
            epochs=3,
            lr=1e-2,
            batch_size=32,
            rng=torch.Generator().manual_seed(4),
        )
    train(model, X, y, epochs=3, batch_size=32, lr=1e-2, seed=4)
    torch.testing.assert_close(
        ensemble.predict(X.expand(2, -1, -1))[1], predict(model, X), rtol=1e-3, atol=1e-4
    )


def test_predicting_changes_nothing(rows):
    """The mode and the weights stay, and no graph is built."""
    model = build(5).train()
    before = copy.deepcopy(model.state_dict())
    answers = predict(model, rows[0])
    assert answers.shape == (100,)
    assert not answers.requires_grad
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("losses", "word"),
    [
        ((0.34, 0.4, 0.4, 0.2, (0.28, 0.18, 0.14, 0.10)), "optimization issue"),
        ((0.28, 0.3, 0.3, 0.2), "model bias"),
        ((0.28, 0.3, 0.3, 0.2, (0.28,)), "model bias"),
        ((0.2, 0.3, 0.1, 0.2, (0.1,)), "overfitting"),
        ((0.2, 0.2, 0.3, 0.2), "mismatch"),
        ((0.2, 0.2, 0.2, 0.2), "fine"),
    ],
)
def test_diagnose_follows_the_note(losses, word):
    """The guide of the course, at and around the target."""
    assert diagnose(*losses) == word


def test_failing_depth_of_the_courses_table():
    """The fifth depth failed; without it none did; ties are no failure."""
    assert failing_depth(TABLE) == 5
    assert failing_depth(TABLE[:4]) is None
    assert failing_depth([1.0, 1.0, 1.0]) is None


@given(losses=st.lists(small, min_size=1, max_size=7))
def test_failing_depth_by_its_definition(losses):
    """The smallest depth larger than some shallower one, said as the contract says it."""
    failing = [d for d in range(len(losses)) if any(losses[d] > losses[e] for e in range(d))]
    assert failing_depth(losses) == (failing[0] + 1 if failing else None)


@given(losses=st.lists(small, min_size=1, max_size=9), patience=st.integers(1, 4))
def test_early_stop_by_its_definition(losses, patience):
    """Stop at the first epoch that ends `patience` epochs without a new best."""
    is_best = [all(losses[t] < losses[s] for s in range(t)) for t in range(len(losses))]
    stop = next(
        (t for t in range(patience, len(losses)) if not any(is_best[t - patience + 1 : t + 1])),
        len(losses) - 1,
    )
    assert early_stop(losses, patience) == max(t for t in range(stop + 1) if is_best[t])


def test_train_robust_keeps_the_best_epoch():
    """The network that comes back validates no worse than the one that went in."""
    rng = torch.Generator().manual_seed(2)
    X, X_val = torch.randn(60, 8, generator=rng), torch.randn(60, 8, generator=rng)
    y, y_val = torch.randn(60, generator=rng), torch.randn(60, generator=rng)
    model = build(8)
    before = (predict(model, X_val) - y_val).square().mean()
    after = (predict(train_robust(model, X, y, X_val, y_val), X_val) - y_val).square().mean()
    assert after <= before


def test_train_robust_is_deaf_to_features_that_do_not_matter():
    """Of 40 features eight speak about y; the network that comes back hears these alone."""
    rng = torch.Generator().manual_seed(4)
    marks = torch.zeros(40)
    marks[torch.randperm(40, generator=rng)[:8]] = 1
    X, X_val = torch.randn(300, 40, generator=rng), torch.randn(100, 40, generator=rng)
    y, y_val = 10 * X @ marks, 10 * X_val @ marks
    assert torch.equal(strongest(X, y, 8), marks)
    model = train_robust(build(40), X, y, X_val, y_val)
    changed = torch.where(marks.bool(), X_val, torch.randn(100, 40, generator=rng))
    assert torch.equal(predict(model, changed), predict(model, X_val))
    assert not torch.equal(predict(model, X_val.roll(1, 0)), predict(model, X_val))


def test_a_feature_that_never_changes_is_not_among_the_strongest():
    """It has no correlation, and is no division by zero."""
    X = torch.tensor([[1.0, 0.0, 2.0], [1.0, 1.0, 2.5], [1.0, 2.0, 1.5]])
    assert strongest(X, torch.tensor([0.0, 1.0, 2.0]), 2).tolist() == [0, 1, 1]
    assert strongest(X, torch.tensor([0.0, 1.0, 2.0]), 9).tolist() == [1, 1, 1]


@pytest.mark.cuda
def test_training_on_a_gpu_predicts_the_same():
    """A few epochs on the GPU come to what the CPU comes to, and the answers stay there."""
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    rng = torch.Generator().manual_seed(1)
    X = torch.randn(200, 5, generator=rng)
    y = X[:, 0] * X[:, 1]
    model = build(5)
    twin = copy.deepcopy(model)
    here = predict(train(model, X, y, epochs=3), X)
    there = predict(train(twin, X.cuda(), y.cuda(), epochs=3), X.cuda())
    assert there.is_cuda
    torch.testing.assert_close(there.cpu(), here, rtol=1e-3, atol=1e-4)
