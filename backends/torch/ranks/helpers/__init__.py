"""What a file of ranks has beyond the net: how devices talk, train, and keep checkpoints.

These modules are never imported: ``source.py`` copies what a net uses, word by
word, into the written file. So they are written as that file is: 88 columns,
nothing but torch.
"""
