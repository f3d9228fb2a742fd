"""Transforms of sound: arrays in, arrays out; one transform per module."""
