"""Homework 3: fewer and shared parameters."""
