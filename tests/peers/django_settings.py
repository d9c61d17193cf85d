"""The settings under which Django's own mail tests run: a module, which some of them ask for."""

SECRET_KEY = "for tests"
DATABASES = {}
INSTALLED_APPS = []
USE_TZ = False
