"""The native API under /hwamei/v1: everything that the platform can do, in its own words."""
