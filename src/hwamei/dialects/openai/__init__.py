"""The dialect of OpenAI's speech API."""
