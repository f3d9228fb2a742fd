"""Keeping voices: on a local folder."""
