"""bulletin: Markdown news items in, a categorised static site out."""

__version__ = "0.1.0"
