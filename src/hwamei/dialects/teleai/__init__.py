"""The dialect of TeleAI (星辰): its voice API under `/aipaas`."""
