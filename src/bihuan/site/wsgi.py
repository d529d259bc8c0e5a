import os

from django.core.wsgi import get_wsgi_application

from bihuan.site.collector import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
house = get_wsgi_application()

from bihuan.web.surveys.door import Door  # noqa: E402  (needs Django to be ready)

application = Door(house)
settle()
