"""Files of what could not be sent: the spool, and the rows of refused submissions."""
