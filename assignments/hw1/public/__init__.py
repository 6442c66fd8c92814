"""What students get with homework 1, and what a worker sees of it."""
