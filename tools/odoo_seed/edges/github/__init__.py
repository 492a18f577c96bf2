"""GitHub's REST API: comments on pull requests, one issue while there is drift."""
