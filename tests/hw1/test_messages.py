"""A message names a mistake only where that mistake's own mark was measured."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from assignments.hw1.fit import Fit, Task
from assignments.hw1.mistakes import DEPTHS, DIAGNOSES, EPOCHS
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


def best_epoch(losses, patience, *, ties=False):
    """The right rule of early stopping; with ``ties`` an equal loss is a better one."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or (ties and loss == losses[best]):
            best = epoch
        if epoch - best >= patience:
            break
    return best


def depth(losses, larger=lambda loss, shallower: loss > min(shallower), first=0):
    """The first depth that fails; the right one, if ``larger`` and ``first`` are left alone."""
    failing = (k + 1 for k in range(1, len(losses)) if larger(losses[k], losses[:k]))
    return next((k + first for k in failing), None)


def last_depth(losses):
    """The last depth that fails."""
    failing = [k + 1 for k in range(1, len(losses)) if losses[k] > min(losses[:k])]
    return failing[-1] if failing else None


def worst_depth(losses):
    """The depth of the largest loss."""
    worst = losses.index(max(losses)) + 1
    return worst if worst > 1 else None


def cause(train, validation, test, target, shallower, *, large=None, better=None, order="vt"):
    """The cause of a large loss; the right one, if all that has a default is left alone."""
    large = large or (lambda loss: loss > target)
    better = better or (lambda train, losses, _: any(loss < train for loss in losses))
    if large(train):
        return "optimization issue" if better(train, shallower, target) else "model bias"
    parts = {"v": ("overfitting", validation), "t": ("mismatch", test), "o": ("overfitting", test)}
    return next((word for word, loss in map(parts.get, order) if large(loss)), "fine")


def judging(better):
    """The right rule, but for which shallower losses count."""
    return lambda *losses: cause(*losses, better=better)


RULES = {
    "it waits one epoch longer than the patience": lambda x, p: best_epoch(x, p + 1),
    "it stops one epoch before patience runs out": lambda x, p: best_epoch(x, max(1, p - 1)),
    "it takes a tie for a new best": lambda x, p: best_epoch(x, p, ties=True),
    "it never stops": lambda x, _: best_epoch(x, len(x)),
    "it returns the epoch at which it stops": lambda x, p: min(best_epoch(x, p) + p, len(x) - 1),
    "it counts epochs from 1": lambda x, p: best_epoch(x, p) + 1,
    "it counts depths from 0": lambda x: depth(x, first=-1),
    "it takes a tie for a larger loss": lambda x: depth(x, lambda loss, s: loss >= min(s)),
    "it returns the last such depth, and not the first": last_depth,
    "it compares with the first depth alone": lambda x: depth(x, lambda loss, s: loss > s[0]),
    "it returns the depth of the largest loss": worst_depth,
    "it says 0 where no depth fails, and not None": lambda x: depth(x) or 0,
    "it takes a loss for large that equals the target": (
        lambda *losses: cause(*losses, large=lambda loss: loss >= losses[3])
    ),
    "it looks at the testing loss before the validation loss": lambda *losses: cause(
        *losses, order="tv"
    ),
    "it leaves the validation loss out": lambda *losses: cause(*losses, order="o"),
    "it wants all shallower losses to be smaller, where one is enough": judging(
        lambda train, losses, _: bool(losses) and max(losses) < train
    ),
    "it compares with the next shallower network alone": judging(
        lambda train, losses, _: bool(losses) and losses[-1] < train
    ),
    "it wants a shallower loss to be small, where smaller is enough": judging(
        lambda _, losses, target: any(loss <= target for loss in losses)
    ),
    "it never looks at the shallower losses": judging(lambda *_: False),
    "it takes a shallower loss for smaller that equals the training loss": judging(
        lambda train, losses, _: any(loss <= train for loss in losses)
    ),
}
"""Each mistake that is named, as a rule that makes it."""
RIGHT = {"epochs": (EPOCHS, best_epoch), "depths": (DEPTHS, depth), "diagnoses": (DIAGNOSES, cause)}


@pytest.mark.parametrize("kind", RIGHT)
def test_a_mistake_is_named_by_the_answers_of_whoever_makes_it(kind):
    """Each is told from the right rule and from every other mistake; the right one has no name."""
    signs, right = RIGHT[kind]
    for words in signs.mistakes:
        assert signs.recognise(RULES[words]) == words
    assert signs.recognise(right) == ""


def test_every_rule_is_a_mistake_that_is_named():
    """None is forgotten."""
    assert RULES.keys() == {words for signs, _ in RIGHT.values() for words in signs.mistakes}


def test_an_unknown_rule_gets_no_name_and_no_words_of_another():
    """No guess is made; what is wrong is told by expected and got."""

    def odd(losses, patience):
        return len(losses) - patience

    assert EPOCHS.recognise(odd) == ""
    with pytest.raises(AssertionError, match=r"^epoch: expected 0, got 1$"):
        EPOCHS.assert_answer(odd, ([1.0, 2.0], 1), 0, what="epoch")
    with pytest.raises(AssertionError, match=r"expected 0, got 1\nit counts epochs from 1$"):
        EPOCHS.assert_answer(RULES["it counts epochs from 1"], ([1.0, 2.0], 1), 0, what="epoch")
    EPOCHS.assert_answer(best_epoch, ([1.0, 2.0], 1), 0, what="epoch")


def test_the_questions_do_not_change_hands():
    """A rule that sorts its losses does not spoil them for the next."""
    before = [list(losses) for losses, _ in EPOCHS.questions]
    EPOCHS.recognise(lambda losses, _: losses.sort() or 0)
    assert [losses for losses, _ in EPOCHS.questions] == before


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
    short, whole, *_ = BATCHES
    assert "dropped" in short.complaint(0.0)
    assert "dropped" not in short.complaint(0.5)
    assert "dropped" not in whole.complaint(0.0)


@pytest.mark.parametrize("sizes", [(4, 1), (1, 4)])
def test_a_sum_over_the_rows_is_named_by_how_a_short_batch_counts(sizes):
    """Adam does not see a loss that is summed up, unless batches differ in size."""
    uneven = BATCHES[-1]
    assert uneven.complaint(stepped(torch.ones(20))) == ""
    told = uneven.complaint(stepped(torch.tensor(sizes * 10)))
    assert "mean over a batch" in told


def stepped(gradients):
    """How many steps Adam goes where gradients have these sizes."""
    weight = torch.zeros((), requires_grad=True)
    adam = torch.optim.Adam([weight], lr=1.0)
    for gradient in gradients:
        weight.grad = -gradient.float()
        adam.step()
    return float(weight.detach())


def standardise(X):
    """Scale rows by their own mean and spread."""
    return (X - X.mean(0)) / (X.std(0) + 1e-6)


def test_a_row_number_is_named_where_equal_rows_differ():
    """Rows that are mixed up, or answered by chance, are not answered by their place."""
    drawn = torch.Generator().manual_seed(5)
    X = torch.randn(40, 3, generator=drawn)
    assert "number" in explain_order(lambda X: X.sum(1) + torch.arange(len(X)), X)
    assert explain_order(lambda X: X.flip(0).sum(1), X) == ""
    assert explain_order(lambda X: X.sum(1) + torch.rand(len(X), generator=drawn), X) == ""


def test_own_statistics_are_named_where_units_do_not_matter():
    """Rows that see each other in another way get no name."""
    X = torch.randn(40, 3, generator=torch.Generator().manual_seed(5))
    assert "own mean" in explain_neighbours(lambda X: standardise(X).sum(1), X)
    assert explain_neighbours(lambda X: X.sum(1) + X.mean(), X) == ""


def test_a_move_is_held_to_its_sign():
    """A target below must move the prediction down."""
    down = Plan("a target below", -1, error=-1.0)
    assert down.complaint(-1.02) == ""
    assert down.complaint(1.0)
