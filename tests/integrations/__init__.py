"""What lets other systems use the driver."""
