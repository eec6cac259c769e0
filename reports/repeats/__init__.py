"""What is raised again in a later report: the same issue, not only the same theme."""
