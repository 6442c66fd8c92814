"""Homework 1: find out why a loss is large."""
