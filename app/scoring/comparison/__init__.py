"""Two submissions or more on the same items: differences, ranks, agreement, the gate."""
