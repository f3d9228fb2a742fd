"""The engine on other machines: any server of OpenAI's speech API that takes voices."""
