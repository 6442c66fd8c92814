"""Homework 2: tell a local minimum from a saddle point."""
