"""A message names a mistake only where that mistake's own mark was measured."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from assignments.hw1.fit import Fit, Task
from assignments.hw1.models import explain_neighbours, explain_order
from assignments.hw1.objectives import (
    ALL,
    MEANS,
    explain_answers,
    explain_share,
    lopsided_share,
    near,
    two_kinds,
)
from assignments.hw1.steps import BATCHES, STEPS, Plan
from assignments.hw1.stopping import MISTAKES, PROBES, best_epoch, recognise


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_known_stopping_mistake_is_named(mistake):
    """Each is told from the right rule and from every other mistake."""
    assert recognise(MISTAKES[mistake]) == f": {mistake}"


def test_a_right_or_unknown_rule_gets_no_name():
    """No guess is made."""
    assert recognise(best_epoch) == ""
    assert recognise(lambda losses, patience: len(losses) - patience) == ""


def test_the_probes_do_not_change_hands():
    """A rule that sorts its losses does not spoil them for the next."""
    before = [list(losses) for losses, _ in PROBES]
    recognise(lambda losses, _: losses.sort() or 0)
    assert [losses for losses, _ in PROBES] == before


def not_asked():
    """Stand in for a fit that need not be made."""
    raise AssertionError


def answers_under(loss):
    """Fit one number a kind by a loss on outputs (m, 1) and targets (m,)."""
    X, y = two_kinds()
    table = torch.full((2, 1), 3.0, requires_grad=True)
    adam = torch.optim.Adam([table], lr=0.05)
    for _ in range(1500):
        adam.zero_grad()
        loss(table[X[:, 0].long()], y).backward()
        adam.step()
    return table.detach().flatten().tolist()


def test_broadcasting_is_named_by_the_mean_of_all_targets():
    """Outputs (m, 1) against targets (m,) answer both kinds alike, and not with one row a batch."""
    answers = answers_under(lambda out, y: (out - y).square().mean())
    assert "one shape" in explain_answers(answers, lambda: torch.tensor(MEANS))


def test_a_model_that_only_knows_the_mean_is_not_taken_for_broadcasting():
    """With one row a batch it still answers both kinds alike."""
    named = explain_answers(ALL, lambda: torch.tensor(ALL))
    assert named == ": both with the mean of all targets"


def test_the_absolute_error_is_named_by_the_medians():
    """And the squared error, on outputs of the right shape, finds the means and has no name."""
    absolute = answers_under(lambda out, y: (out[:, 0] - y).abs().mean())
    squared = answers_under(lambda out, y: (out[:, 0] - y).square().mean())
    assert "medians" in explain_answers(absolute, not_asked)
    assert near(squared, MEANS)
    assert explain_answers(squared, not_asked) == ""


def test_answers_of_no_known_mistake_get_no_name():
    """One median and something else, or one mean of all and something else."""
    assert explain_answers((0.0, 5.25), not_asked) == ""
    assert explain_answers((5.25, 10.0), not_asked) == ""


def share_under(loss, seed):
    """Give one layer, trained by a loss, to the lopsided targets."""
    torch.manual_seed(seed)

    def train(model, X, y, epochs, batch_size, lr):
        adam = torch.optim.Adam(model.parameters(), lr=lr)
        for _ in range(epochs):
            for rows in torch.randperm(len(X)).split(batch_size):
                adam.zero_grad()
                loss(model(X[rows])[:, 0] - y[rows]).backward()
                adam.step()
        return model

    def predict(model, X):
        return model(X).detach()[:, 0]

    one_layer = SimpleNamespace(
        build=lambda inputs: torch.nn.Linear(inputs, 1), train=train, predict=predict
    )
    return lopsided_share(one_layer)


@pytest.mark.parametrize("seed", range(3))
def test_the_root_of_the_loss_is_named_by_its_majority(seed):
    """Of one row the root is the absolute error; the squared error follows the far target."""
    assert "not its root" in explain_share(share_under(lambda e: e.square().mean().sqrt(), seed))
    assert share_under(lambda e: e.square().mean(), seed) < -0.2


@pytest.mark.parametrize("share", [-0.4, 0.0, 0.2, 1.0, float("nan")])
def test_other_shares_get_no_name(share):
    """Only the squared error goes the other way, but no other mistake is known by its share."""
    assert explain_share(share) == ""


def fit_of(predict):
    """Build a fit on 500 targets of variance 25, whose predictions are made of them."""
    y = np.random.default_rng(1).normal(16, 5, 500)
    own = predict(y)
    return Fit(Task(y[:, None], y, y[:, None], y), own, own, own)


def test_a_loss_at_the_targets_variance_is_named_only_of_nearly_constant_answers():
    """Neither one number for all rows nor scattered answers with the same loss get a name."""
    assert "(m, 1) meet" in fit_of(lambda y: y.mean() + 0.03 * (y - y.mean())).explain()
    assert fit_of(lambda y: np.full(500, y.mean())).explain() == ""
    assert fit_of(lambda y: 2 * y - y.mean()).explain() == ""
    assert fit_of(lambda y: y + 1).explain() == ""


def moved(*, clear):
    """Steps that Adam makes in 20 towards a goal 10 steps away, for one weight."""
    weight = torch.zeros(1, requires_grad=True)
    adam = torch.optim.Adam([weight], lr=0.1)
    for _ in range(20):
        if clear:
            adam.zero_grad()
        (weight - 1).square().sum().backward()
        adam.step()
    return weight.item() / 0.1


def test_a_gradient_that_was_never_cleared_is_named_by_running_past_its_goal():
    """What Adam makes of summed gradients is in the band of the message, right steps are not."""
    goal = next(plan for plan in STEPS if plan.goal)
    assert goal.complaint(moved(clear=True)) == ""
    assert "never cleared" in goal.complaint(moved(clear=False))
    assert "never cleared" not in goal.complaint(3.0)


def test_a_dropped_batch_is_named_by_no_move_at_all():
    """Only of the short batch, and only where nothing moved."""
    short, whole, _ = BATCHES
    assert "dropped" in short.complaint(0.0)
    assert "dropped" not in short.complaint(0.5)
    assert "dropped" not in whole.complaint(0.0)


def standardise(X):
    """Scale rows by their own mean and spread."""
    return (X - X.mean(0)) / (X.std(0) + 1e-6)


def test_a_row_number_is_named_where_equal_rows_differ():
    """Rows that are mixed up, or answered by chance, are not answered by their place."""
    X = torch.randn(40, 3)
    assert "number" in explain_order(lambda X: X.sum(1) + torch.arange(len(X)), X)
    assert explain_order(lambda X: X.flip(0).sum(1), X) == ""
    assert explain_order(lambda X: X.sum(1) + torch.rand(len(X)), X) == ""


def test_own_statistics_are_named_where_units_do_not_matter():
    """Rows that see each other in another way get no name."""
    X = torch.randn(40, 3)
    assert "own mean" in explain_neighbours(lambda X: standardise(X).sum(1), X)
    assert explain_neighbours(lambda X: X.sum(1) + X.mean(), X) == ""


def test_a_move_is_held_to_its_sign():
    """A target below must move the prediction down."""
    down = Plan("a target below", -1, error=-1.0)
    assert down.complaint(-1.02) == ""
    assert down.complaint(1.0)
