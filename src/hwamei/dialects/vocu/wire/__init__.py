"""What goes over the wire: bodies as they come, objects as they are shown."""
