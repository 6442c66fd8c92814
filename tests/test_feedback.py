"""What a student is told of a mistake: its cause where that shows, and lines to paste that fail.

A cause stands in the message of the mutant that has it, and of no other. The snippet, pasted into
a plain process beside the wrong solution, fails as its check did; beside a right one it passes:
what it asserts is true, and not only what the check happened to compare.
"""

import json
import subprocess
import sys

import pytest

from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from tests.submissions import HERE, mutants

ROOT = HERE.parent
NOTHING = ""
CASES = {
    "hw1": {
        ("diagnose_target_is_large", "diagnose_names_the_cause"): "large that equals the target",
        ("diagnose_test_first", "diagnose_names_the_cause"): "the testing loss before",
        ("diagnose_no_validation", "diagnose_names_the_cause"): "leaves the validation loss out",
        ("diagnose_all_shallower", "diagnose_names_the_cause"): "all shallower losses",
        ("diagnose_next_shallower", "diagnose_names_the_cause"): "the next shallower network",
        ("diagnose_small_shallower", "diagnose_names_the_cause"): "loss to be small",
        ("diagnose_never_the_optimiser", "diagnose_names_the_cause"): "never looks at",
        ("diagnose_tie_is_better", "diagnose_names_the_cause"): "equals the training loss",
        ("diagnose_other_words", "diagnose_names_the_cause"): NOTHING,
        ("failing_depth_from_zero", "failing_depth_finds_it"): "it counts depths from 0",
        ("failing_depth_ties", "failing_depth_finds_it"): "a tie for a larger loss",
        ("failing_depth_last", "failing_depth_finds_it"): "the last such depth",
        ("failing_depth_first_only", "failing_depth_finds_it"): "with the first depth alone",
        ("failing_depth_worst", "failing_depth_finds_it"): "the depth of the largest loss",
        ("failing_depth_zero_for_none", "failing_depth_finds_it"): "0 where no depth fails",
        ("failing_depth_in_half", "failing_depth_finds_it"): NOTHING,
        ("early_stop_from_one", "early_stop_keeps_the_best_epoch"): "it counts epochs from 1",
        ("early_stop_ties", "early_stop_keeps_the_best_epoch"): "a tie for a new best",
        ("early_stop_late", "early_stop_keeps_the_best_epoch"): "one epoch longer",
        ("early_stop_early", "early_stop_keeps_the_best_epoch"): "one epoch before",
        ("early_stop_never", "early_stop_keeps_the_best_epoch"): "it never stops",
        ("early_stop_returns_the_end", "early_stop_keeps_the_best_epoch"): "at which it stops",
        ("early_stop_total", "early_stop_keeps_the_best_epoch"): NOTHING,
    },
    "hw2": {
        ("gradient_downhill", "gradient_is_exact"): "this has the other sign",
        ("gradient_cast_to_single", "gradient_is_exact"): "as exact as float32",
        ("hessian_halved", "hessian_of_the_lecture_examples"): "this is half of what",
        ("hessian_added_to_its_transpose", "hessian_of_the_lecture_examples"): "this is twice what",
        ("hessian_crashes_on_linear", "linear_losses_have_no_curvature"): NOTHING,
        ("taylor_without_half", "taylor_of_a_quadratic_is_the_quadratic"): "the ½ before",
        (
            "taylor_without_gradient",
            "taylor_of_a_quadratic_is_the_quadratic",
        ): "first-order term is",
        (
            "taylor_without_value",
            "taylor_of_a_quadratic_is_the_quadratic",
        ): "the value loss(theta0)",
        ("taylor_is_the_loss", "taylor_stops_at_the_second_order"): "with every order",
        ("taylor_backwards", "taylor_stops_at_the_second_order"): NOTHING,
        ("classify_swapped", "classify_names_the_kind"): NOTHING,
        ("classify_other_words", "classify_names_the_kind"): NOTHING,
        ("classify_lets_nan_through", "classify_refuses_what_is_not_finite"): NOTHING,
        ("escape_unnormalised", "escape_direction_is_the_steepest_way_down"): NOTHING,
        ("escape_largest", "escape_direction_is_the_steepest_way_down"): NOTHING,
        ("escape_with_its_eigenvalue", "escape_direction_is_the_steepest_way_down"): NOTHING,
        ("escape_always", "escape_direction_is_none_where_nothing_goes_down"): NOTHING,
        ("ratio_of_negative", "minimum_ratio_is_the_share_of_positive_eigenvalues"): NOTHING,
        ("analyze_squared_norm", "analyze_measures_the_whole_gradient"): "the square of the norm",
        ("analyze_mean_gradient", "analyze_measures_the_whole_gradient"): NOTHING,
        ("analyze_returns_a_dictionary", "analyze_takes_any_callable"): NOTHING,
        ("writes_into_theta", "arguments_are_left_alone"): "its values changed",
        ("leaves_a_gradient", "arguments_are_left_alone"): ".grad changed",
    },
    "hw3": {
        ("conv2d_turned", "conv2d_of_one_point"): "turned by 180°",
        ("conv2d_transposed", "conv2d_is_exact"): "rows and columns of the filters",
        ("conv2d_same", "conv2d_is_exact"): "zeros are put around the image",
        ("conv2d_first_channel", "conv2d_is_exact"): "only the first channel",
        ("conv2d_channels_summed_apart", "conv2d_is_exact"): "before they are multiplied",
        ("conv2d_channels_averaged", "conv2d_is_exact"): "the mean over channels",
        ("conv2d_mean", "conv2d_is_exact"): "by the number of a filter's weights",
        ("conv2d_stride_of_two", "conv2d_is_exact"): "moves by two pixels",
        ("conv2d_in_single", "conv2d_is_exact"): "as exact as float32",
        ("conv2d_first_filter", "conv2d_is_exact"): NOTHING,
        (
            "conv2d_matrix_transposed",
            "conv2d_matrix_shares_and_leaves_out",
        ): "this is the transpose",
        ("conv2d_matrix_turned", "conv2d_matrix_shares_and_leaves_out"): "turned by 180°",
        (
            "conv2d_matrix_first_channel",
            "conv2d_matrix_shares_and_leaves_out",
        ): "only the first channel",
        (
            "conv2d_matrix_channels_last",
            "conv2d_matrix_shares_and_leaves_out",
        ): "channels come last",
        ("conv2d_matrix_filters_last", "conv2d_matrix_shares_and_leaves_out"): "filters come last",
        ("conv2d_matrix_column_by_column", "conv2d_matrix_shares_and_leaves_out"): "by column",
        ("count_without_bias", "count_parameters_adds_up_layers"): "the biases are forgotten",
        ("count_shared_twice", "count_parameters_adds_up_layers"): "weights are counted twice",
        ("count_shared_at_each_place", "count_parameters_adds_up_layers"): "at each of its places",
        ("count_channels_forgotten", "count_parameters_adds_up_layers"): "channels are forgotten",
        ("count_one_bias_a_layer", "count_parameters_adds_up_layers"): "one bias a layer",
        ("count_size_not_squared", "count_parameters_adds_up_layers"): "k weights a channel",
        ("count_same", "count_parameters_adds_up_layers"): "stay as large after a convolution",
        ("count_always_shared", "count_parameters_without_sharing"): "not shared is counted once",
        ("pool2d_mean", "pool2d_keeps_the_largest"): "the mean of each window",
        ("pool2d_corner", "pool2d_keeps_the_largest"): "the upper left value",
        ("pool2d_overlapping", "pool2d_keeps_the_largest"): "the windows overlap",
        ("pool2d_keeps_the_rest", "pool2d_keeps_the_largest"): NOTHING,
        ("pool2d_over_channels", "pool2d_keeps_the_largest"): NOTHING,
        ("compare_swapped", "compare_names_the_cause"): NOTHING,
        ("compare_first_epoch", "compare_names_the_cause"): "the first epoch counts",
        ("compare_best_epoch", "compare_names_the_cause"): "the best epoch counts",
        ("compare_target_is_large", "compare_names_the_cause"): NOTHING,
        ("conv2d_writes", "arguments_are_left_alone"): "its values changed",
    },
}
"""Of each homework: a mutant, a public check that it loses, and its cause if that is named."""
FEW = 5  # one case in so many is tried in a fast run, with those beside it that have another cause
PASTED = """
import json, sys, types
for path, name, snippet in json.load(sys.stdin):
    module = sys.modules[name] = types.ModuleType(name)
    try:
        exec(compile(open(path).read(), path, "exec"), module.__dict__)
        exec(compile(snippet, "snippet", "exec"), dict(module.__dict__))
        print(json.dumps(""))
    except BaseException as error:
        print(json.dumps(f"{type(error).__name__}: {error}"))
"""


def lost(homework, name, mutant, checks):
    """What a mutant loses of some checks."""
    assignment, sandbox = homework(name)
    path = HERE / "mutants" / name / f"{mutant}.py"
    more = {"options": GradingOptions(seed=1), "sandbox": sandbox, "select": frozenset(checks)}
    grade = grade_submission(assignment, path, **more)
    return [check for check in grade.checks if check.name in checks and not check.is_full]


def snippet_of(check):
    """The lines of a lost check that fail; "" if it has none."""
    text = (check.counterexample or "").partition("to see it fail:\n")[2]
    return "\n".join(line.removeprefix("  ") for line in text.splitlines())


def paste(homework, name, pasted):
    """Run snippets one by one, each beside a file under a module's name; tell how each ended."""
    done = subprocess.run(
        [sys.executable, "-c", PASTED],
        input=json.dumps([(str(path), module, text) for path, module, text in pasted]),
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{homework(name)[0].public}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('"')]


def assert_alike(homework, name, found):
    """Hold the snippets of pairs of a mutant and a check to their verdicts, and to being true."""
    right = homework(name)[0].reference
    folder = HERE / "mutants" / name
    wrong = [(folder / f"{mutant}.py", mutant, snippet_of(check)) for mutant, check in found]
    ended = paste(homework, name, wrong + [(right, mutant, text) for _, mutant, text in wrong])
    assert len(ended) == 2 * len(found)
    for (mutant, check), (*_, text), bad, good in zip(
        found, wrong, ended, ended[len(found) :], strict=False
    ):
        told = f"{mutant} loses {check.name}: {check.message}\n{text}\n{bad}"
        kind = check.message.split()[1] if check.verdict is Verdict.raised else ""
        kinds = (kind,) if kind else ("AssertionError", "TypeError", "ValueError")
        assert bad.startswith(kinds), told
        assert not good, f"{told}\nbeside the reference: {good}"


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("step", [FEW, pytest.param(1, marks=pytest.mark.slow)])
def test_a_mistake_has_its_cause_and_lines_that_fail(homework, name, step):
    """The message names what the mutant does wrong and no other cause; the snippet fails alike."""
    found, causes = [], {cause for cause in CASES[name].values() if cause}
    for (mutant, short), cause in list(CASES[name].items())[::step]:
        (check,) = lost(homework, name, mutant, {f"test_{short}"})
        there = {words for words in causes if words in check.message}
        assert there == {cause} - {NOTHING}, check.message
        found.append((mutant, check))
    assert_alike(homework, name, found)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_whatever_is_lost_can_be_pasted(homework, name):
    """Each snippet of each public check that any mutant loses fails there, and nowhere else."""
    assignment, _ = homework(name)
    suite = load_suite(assignment)
    public = {check.name for check in suite.checks if not check.hidden} - suite.timed
    asked = [(m.path.stem, m.loses & public) for m in mutants(name) if m.loses & public]
    pairs = [
        (mutant, check) for mutant, loses in asked for check in lost(homework, name, mutant, loses)
    ]
    assert_alike(homework, name, [(mutant, check) for mutant, check in pairs if snippet_of(check)])
