"""The demonstration: an organisation with a person a role, its schemas, the sample packet and a scripted reviewer."""
