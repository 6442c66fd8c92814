"""What students get: the loss surfaces that the checks are made of."""
