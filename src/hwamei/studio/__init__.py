"""The studio: the web page where a person clones a voice and makes speech. It speaks the native API alone."""
