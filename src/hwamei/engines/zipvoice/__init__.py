"""ZipVoice through sherpa-onnx: speaks on in the voice of a few seconds of speech whose words are known."""
