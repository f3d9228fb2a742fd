"""ElevenLabs' API: voices of samples, speech at once with times, dictionaries, history."""
