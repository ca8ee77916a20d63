"""The same texts in the shapes of OpenAI's API, so that its clients can be used.

https://platform.openai.com/docs/api-reference, as the `openai` package (3.54) has it.
"""
