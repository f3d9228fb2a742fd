"""The calls, one module for each resource."""
