"""The calls, one module for each thing."""
