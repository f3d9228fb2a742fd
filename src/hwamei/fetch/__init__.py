"""Calling addresses that somebody else chose, without being turned against the network we stand in."""
