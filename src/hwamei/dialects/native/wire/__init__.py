"""What goes over the wire, one module for each thing. Knows the domain alone: the client reads it too."""
