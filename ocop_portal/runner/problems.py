"""How the runner says that it cannot go on."""


class Problem(Exception):
    """One clear line for the person at the keyboard: what is wrong and what to do."""
