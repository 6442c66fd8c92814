"""TODOC release."""

