"""Hwamei: clone a voice from a short recording and speak Chinese and English with it, on your own machine."""
