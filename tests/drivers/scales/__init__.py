"""Scale protocols, their framer and their simulator."""
