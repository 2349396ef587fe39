"""How commands print: messages, tables, Markdown, and streams that never fail."""
