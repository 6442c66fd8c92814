"""What students get: the images, and the form of the two networks."""
