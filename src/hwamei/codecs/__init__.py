"""Bytes to Audio and back, with limits on what is decoded."""
