"""The parts of the style `neurons`: columns of units, and brackets above them."""
