"""What the pages of a course show: typed pages, made from rows, with whole sentences."""
