"""Candor: a scoring service that pays for saying "I don't know" when one does not know."""
