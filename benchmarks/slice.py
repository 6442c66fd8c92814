"""What it costs to find out which statements of a notebook its exports need.

    python -m benchmarks.slice [--repeats 50] [--write]

The notebook is a right solution of hw2 with trials after it, as students leave them: training
loops, prints, plots, tables. Processor time of the choice alone, after its cells are parsed.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import time
from pathlib import Path

from benchmarks.machine import describe_machine
from grader.inside.slicing import needed_steps
from grader.inside.steps import steps_of

HERE = Path(__file__).parent
EXPORTS = "gradient hessian taylor classify escape_direction minimum_ratio analyze".split()
AIM = 0.020
TRIAL = """
point = torch.randn(3, dtype=torch.float64)
model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
history = []
for epoch in range(100):
    loss = ((model(inputs).squeeze(1) - targets) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.item())
print(f"epoch {epoch}: {history[-1]:.4f}, {min(history):.4f}")
plt.plot(history)
plt.xlabel("epoch")
plt.title(f"loss {history[-1]:.3f}")
plt.show()
table = {name: p.abs().mean().item() for name, p in model.named_parameters()}
"""


def build_steps(count: int) -> list:
    """Steps of a solution, with as many trials after it as it takes to have so many."""
    solution = (HERE.parent / "reference" / "critical_points.py").read_text(encoding="utf-8")
    found, at = steps_of(ast.parse(solution).body, 1, 0)
    while len(found) < count:
        more, at = steps_of(ast.parse(TRIAL).body, 2, at)
        found += more
    return [step for top in found[:count] for step in top.walk()]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/results")
    asked = parser.parse_args()
    rows = [measure(count, asked.repeats) for count in (100, 300, 1000)]
    text = "\n".join(
        (
            "# What it costs to choose the statements of a notebook",
            "",
            "`python -m benchmarks.slice --write`; processor time, median and quarters.",
            f"To be reached: {AIM * 1000:g} ms for 300 statements.",
            "",
            "| statements | needed | ms | quarters |",
            "|---|---|---|---|",
            *rows,
            "",
            describe_machine(),
            "",
        )
    )
    print(text)
    if asked.write:
        (HERE / "results" / "slice.md").write_text(text, encoding="utf-8")


def measure(count: int, repeats: int) -> str:
    """Choose so many times; give a row of the table."""
    steps, took = build_steps(count), []
    for _ in range(repeats):
        began = time.process_time()
        needed = needed_steps(steps, EXPORTS)
        took.append(1000 * (time.process_time() - began))
    low, middle, high = statistics.quantiles(took, n=4)
    return f"| {count} | {len(needed)} | {middle:.1f} | {low:.1f} to {high:.1f} |"


if __name__ == "__main__":
    main()
