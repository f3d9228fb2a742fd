"""The calls: each parses, asks one service, and renders."""

PREFIX = "/aipaas/voice/v1"
