"""vast.ai's REST API: transport, fields, requests, and where the key is kept."""
