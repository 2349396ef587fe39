"""The reading model of tables: which column is which field, and what its cells say.

`names` knows the headers of the field, `evidence` looks at values, `answers`, `verdicts` and
`numbers` decide what they mean, `mapping` puts it together, and `cells` reads the rows by it.
What can be read in two ways is an `AmbiguousColumns`; what cannot be read is an error with its
place.
"""
