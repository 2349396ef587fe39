"""Requests and replies: what is sent, how it is packed, retried and read."""
