"""Forms of the ratings app."""
