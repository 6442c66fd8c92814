"""Keeps the number of the row as one more feature, added to the first.

Loses: test_build_is_a_rectifier_network, test_build_has_64_and_32_units, test_predict_answers_each_row, test_predict_changes_nothing, test_train_learns_a_curve, test_train_robust_beats_plain_training, test_predict_answers_in_evaluation_mode, test_fit_beats_yesterday
May lose: test_training_reaches_the_loss_of_the_note
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.fc1 = nn.Linear(n_features, 64)
        self.fc2 = nn.Linear(64, 32)
        self.fc3 = nn.Linear(32, 1)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x).view(-1)


def build(n_features):
    torch.manual_seed(0)
    return Net(n_features)


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    model = model.to(X.device)
    g = torch.Generator().manual_seed(seed)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    n = X.shape[0]
    for _ in range(epochs):
        order = torch.randperm(n, generator=g)
        for start in range(0, n, batch_size):
            rows = order[start:start + batch_size]
            loss = criterion(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


@torch.no_grad()
def predict(model, X):
    training = model.training
    model.eval()
    answers = model(X + torch.arange(len(X), device=X.device)[:, None] / 1000)
    model.train(training)
    return answers


def diagnose(train, validation, test, target, shallower=()):
    if train > target:
        for loss in shallower:
            if loss < train:
                return "optimization issue"
        return "model bias"
    elif validation > target:
        return "overfitting"
    elif test > target:
        return "mismatch"
    else:
        return "fine"


def failing_depth(losses):
    for i in range(1, len(losses)):
        if losses[i] > min(losses[:i]):
            return i + 1
    return None


def early_stop(losses, patience):
    best_loss = float("inf")
    best_epoch = waited = 0
    for epoch, loss in enumerate(losses):
        if loss < best_loss:
            best_loss, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best_epoch


def train_robust(model, X, y, X_val, y_val, seed=0):
    g = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=0.1)
    best_loss, best_state, waited = float("inf"), None, 0
    for epoch in range(300):
        for rows in torch.randperm(len(X), generator=g).split(128):
            optimizer.zero_grad()
            F.mse_loss(model(X[rows]), y[rows]).backward()
            optimizer.step()
        loss = F.mse_loss(predict(model, X_val), y_val).item()
        if loss < best_loss:
            best_loss, best_state, waited = loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
        if waited >= 30:
            break
    model.load_state_dict(best_state)
    return model
