"""Importers: what evaluation tools write, read without the tools, one record for all.

`read` gives rows with a check of the tool's own headline figure; `detect` only names the format.
"""

from candor_client.importers.columns.saved import options_with
from candor_client.importers.formats import FORMATS, detect, read
from candor_client.importers.reading.options import Options

__all__ = ["FORMATS", "Options", "detect", "options_with", "read"]
