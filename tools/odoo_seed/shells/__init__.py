"""Ways to start a run: command line, HTTP, worker."""
