"""A live shared inbox in Python. See README.md."""
