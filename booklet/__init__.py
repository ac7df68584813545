"""From a manuscript to print that people hold in their hands."""

__version__ = "0.1.0"
