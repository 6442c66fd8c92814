"""`python -P -m grader` is `grader`; without -P the current folder comes before the kit."""

from grader.cli import main

if __name__ == "__main__":
    main(prog_name="grader")
