"""What a kernel of a gateway does for the server, which shares no disk with it."""
