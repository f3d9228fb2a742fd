"""The embedded engine: Kokoro-82M in ONNX Runtime, with voices cloned in its style space."""
