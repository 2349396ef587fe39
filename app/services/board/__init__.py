"""The leaderboard: scores, ranking, standings, rank ranges."""
