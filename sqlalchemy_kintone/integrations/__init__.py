"""What lets other systems use the driver: each module needs the extra of its name."""
