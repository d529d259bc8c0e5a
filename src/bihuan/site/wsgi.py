import os

from django.core.wsgi import get_wsgi_application

from bihuan.site.collector import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
application = get_wsgi_application()
settle()
