"""What pages, command line and pictures say and draw, held to the values of the JSON reply."""
