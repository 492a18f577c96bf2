"""The HTTP service: runs are asked for over it, as over the Edge Functions."""
