"""TODOC grade."""

