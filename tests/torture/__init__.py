"""Faults injected into a real hotline, checked from outside. `python -m tests.torture --help`."""
