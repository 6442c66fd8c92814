"""No network: answers yesterday's rate.

Loses: test_build_is_a_rectifier_network, test_build_has_64_and_32_units, test_predict_answers_each_row, test_predict_changes_nothing, test_train_takes_the_steps_of_adam, test_train_uses_every_batch, test_train_finds_the_mean, test_train_learns_a_curve, test_training_reaches_the_loss_of_the_note, test_train_robust_beats_plain_training, test_arguments_are_left_alone, test_predict_answers_in_evaluation_mode, test_a_seed_means_one_model, test_fit_beats_yesterday
"""

import torch
from torch import nn


def build(n_features):
    return nn.Identity()


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    return model


def predict(model, X):
    return X[:, -18] if X.shape[1] > 18 else X[:, 0].clone()


def diagnose(train, validation, test, target, shallower=()):
    if train > target:
        return "optimization issue" if any(loss < train for loss in shallower) else "model bias"
    if validation > target:
        return "overfitting"
    if test > target:
        return "mismatch"
    return "fine"


def failing_depth(losses):
    best = losses[0]
    for depth, loss in enumerate(losses, start=1):
        if loss > best:
            return depth
        best = min(best, loss)
    return None


def early_stop(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


def train_robust(model, X, y, X_val, y_val, seed=0):
    return model
