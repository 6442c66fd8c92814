"""One submission being graded, from its opening to its grade, without pytest.

The way of the data: a `Grading` begins a `CheckRun`; the plug-in runs the check and writes into it
what it saw; `verdicts` reads it and returns a `Finding`; the `Tally` adds findings up to results.

    one_device    Grading: submission, sandbox, seed, tally;  devices: one for each device
    options       what the person who asks may choose;  sandbox_future: a sandbox on its way
    roles         who is asked: the submission, the reference, the judge
    selection     which checks are to run;  lost_needs: which not, since they build on a lost one
    check_run     the run of a check: calls, comparison, failure, measure, race
    verdicts      from whatever ended a check to a finding: whose fault it is
    endings       what ended a call, in words;  numbers: what a number comes to
    debts, faults, hidden      what a check owes; an author's mistakes; what students are not told
    measure       a number to credit
    counterexample, values, pictures      the call that lost a check, for people
    snippet       the same as lines to paste;  restate: what was held, asserted again of an answer
    source_text   values as Python
    handed, handout, machine, versions      what a grading finds around it
    public_folder, author_paths, module_cache, data_hash      likewise
    author_code   the assignment's own code, in workers: `judge.py`, `probes.py`
    shared        work that several checks share, asked of a submission once
    draws         what a property drew, as bytes;  draw_cache: where that is kept
    tally         findings to results
"""
