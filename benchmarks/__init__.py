"""Measures: what the hotline's judgement and speed are worth. Not part of what runs."""
