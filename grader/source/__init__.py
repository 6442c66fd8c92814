"""TODOC source."""

