"""The instruction to append to a question, and the parser of a reply to it."""
