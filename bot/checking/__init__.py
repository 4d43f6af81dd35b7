"""Checks everything in HOTLINE_CONFIG; a fault is a place, what is wrong there, and the mend."""
