"""Who may do what: keys, invitations, sessions, permissions, limits, what is public."""
