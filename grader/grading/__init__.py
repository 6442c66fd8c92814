"""TODOC grading."""

