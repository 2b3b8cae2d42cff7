"""What things cost, measured on the real server, in a home that is made for it and removed."""
