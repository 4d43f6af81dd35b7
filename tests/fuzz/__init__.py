"""Hostile input inside of one process: every parameter of every address, and every reader."""
