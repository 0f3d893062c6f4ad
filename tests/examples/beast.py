"""The Beast example does what the embedding example does, and ends when it is asked to.

Usage: beast.py PROGRAM
"""

import embedding

embedding.main(ends_well=True)
