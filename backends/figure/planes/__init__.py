"""The language of the figure of 1998: stacks of planes for feature maps, slanted bars for vectors."""
