"""Give an assessment out: `findings.json`, frames, and a notebook's display."""
