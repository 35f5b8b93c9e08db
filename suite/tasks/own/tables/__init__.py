"""Tables: reads the columns of a table in any dialect, with numbers and times as people write them."""
