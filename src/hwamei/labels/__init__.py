"""Marking speech as AI-made: audible cue and metadata, on the one finishing path."""
