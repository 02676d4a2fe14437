"""Trains a net on a data set: recipes, data, steps, logs and checkpoints.

``session.train`` puts them together. What one step does is behind ``learner.Learner``, so that several processes can
share it; which samples a step sees depends on the seed, the epoch and the step alone.
"""
