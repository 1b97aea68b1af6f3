"""Luoshi (落实): which lower-level plan items carry out which upper-level ones, and what nobody carries out."""
