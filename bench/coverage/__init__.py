"""Does every interval of the service hold the truth 95 % of the time? See `__main__`."""
