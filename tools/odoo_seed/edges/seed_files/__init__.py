"""The edge to the YAML folder: `folder.SeedFolder`."""
