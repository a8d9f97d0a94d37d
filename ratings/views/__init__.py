"""Pages of the ratings app."""
