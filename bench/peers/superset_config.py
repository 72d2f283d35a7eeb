"""Superset's settings for the comparison; read by Superset itself (SUPERSET_CONFIG_PATH), never imported here.

Data is kept in memory, as our server keeps its answers; nothing else differs from what Superset brings, but that the
checks of a server on the open internet (content security policy, limits of rate) are off on loopback.
"""

import os

SECRET_KEY = os.environ["PEER_SUPERSET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db"
DATA_CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 86_400}
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
