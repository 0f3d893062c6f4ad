"""The Beast example does what the embedding example does, has a path of its own, and ends well when it is asked to.

Usage: beast.py PROGRAM
"""

import embedding

embedding.main(embedding.own_path_and_end)
