"""Gates: whether a candidate may replace a baseline, decided by the server.

gate = candor_client.gates.Gate(baseline="quill", max_loss=2)
decision = candor_client.gates.decide_rows(client, imported, gate)
"""

from candor_client.gates.gate import MAX_LOSS, Gate, comparison_url, decide_rows, decide_stored

__all__ = ["MAX_LOSS", "Gate", "comparison_url", "decide_rows", "decide_stored"]
