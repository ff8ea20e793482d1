"""Vendors: engines that read, models that write and embed. No Django in here."""

import os

# onnxruntime reports its use to its maker (mobile.events.data.microsoft.com), unless told so before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
