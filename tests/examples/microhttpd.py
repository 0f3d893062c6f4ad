"""The libmicrohttpd example does what the embedding example does, has a path of its own, and ends well when it is asked to.

Usage: microhttpd.py PROGRAM
"""

import embedding

embedding.main(embedding.own_path_and_end)
