"""Taking files in: uploads, batches, limits, duplicates."""
