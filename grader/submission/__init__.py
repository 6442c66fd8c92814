"""TODOC submission."""

