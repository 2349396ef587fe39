"""Exports: results in the formats of other tools and of the public store of results."""

from candor_client.exports.every_eval_ever import write_every_eval_ever
from candor_client.exports.inspect_scores import write_inspect_scores
from candor_client.exports.stored import stored

__all__ = ["stored", "write_every_eval_ever", "write_inspect_scores"]
