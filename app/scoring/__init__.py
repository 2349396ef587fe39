"""What is it worth? The mathematics of scoring with abstention, pure and without I/O."""
