import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
application = get_wsgi_application()

gc.freeze()
gc.set_threshold(50_000, 20, 50)
"""What was loaded at the start stays for good, and a page of a thousand rows makes objects, not
rings: looking for rings after every 700 objects costs a quarter of such a page (bench/board.py)."""
