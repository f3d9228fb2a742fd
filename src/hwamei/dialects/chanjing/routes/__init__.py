"""The calls: each parses, asks one service, and renders."""
