"""What things cost, measured on the real server. Nothing here is asserted in a test."""
