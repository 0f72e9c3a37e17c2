"""Judge which pattern fits, what decides that, and what each option would take.

`verdicts` judges the patterns by criteria; `deciding` says what would close an open contest;
`tipping` at which value of an answer the advice changes; `capacity` computes the platform's queue;
`options` compares doing nothing, the patterns and their combination; `advice` says it in words.
"""
