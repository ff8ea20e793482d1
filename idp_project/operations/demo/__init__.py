"""The demonstration: an organisation with one person per role, its schemas, the sample packet and a scripted reviewer."""
