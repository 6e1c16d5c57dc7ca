import { normalizeName } from '../../../util/project-name.ts';

/**
 * Names of well-known projects, as PEP 503 normalises them (dots as they are typed). Only these are ever suggested: a name that
 * is near by chance, or was registered to be near, is not.
 */
const KNOWN =
  `biopython pycryptodomex adafruit-blinka aiohttp airflow alembic altair ansible ansible-core anyio apache-airflow apscheduler argcomplete arrow
  asgiref async-timeout asyncpg attrs azure-identity azure-storage-blob babel backports.zoneinfo bcrypt beautifulsoup4
  black bleach bokeh boto3 botocore build cachetools celery certifi cffi chardet charset-normalizer click cloudpickle
  colorama confluent-kafka contourpy coverage croniter cryptography cssselect cupy cx-oracle cycler cython dash dask
  datasets decorator defusedxml discord.py django django-cors-headers django-filter djangorestframework dnspython docker
  docopt docutils drf-spectacular duckdb elasticsearch email-validator enum34 fabric factory-boy faiss-cpu
  fake-useragent faker fastapi filelock fiona flake8 flask flask-cors flask-login flask-migrate flask-sqlalchemy
  flask-wtf flit flit-core folium fonttools freezegun fsspec future gensim geopandas gevent gitpython
  google-api-python-client google-auth google-cloud-storage google-generativeai gradio graphviz greenlet grpcio gspread
  gunicorn h5py hatch hatchling html5lib httplib2 httptools httpx huggingface-hub hypothesis ibm-db idna imageio
  imageio-ffmpeg imbalanced-learn importlib-metadata importlib-resources invoke ipykernel ipython ipywidgets isort
  itsdangerous jaraco.functools jax jedi jinja2 jira jmespath joblib jsonschema jupyter jupyterlab kafka-python keras
  keyring kiwisolver kubernetes langchain libusb1 lightgbm lightning llvmlite loguru lxml lxml-html-clean mako markdown
  markdown-it-py markupsafe marshmallow matplotlib maturin mdit-py-plugins mechanize meson-python mlflow mock
  more-itertools moto moviepy mplcursors msgpack multidict mypy mysql-connector-python mysqlclient natsort nbconvert
  nbformat netaddr netcdf4 netmiko networkx nltk notebook nox numba numexpr numpy oauth2client oauthlib openai
  opencv-contrib-python opencv-python opencv-python-headless openpyxl oracledb orjson packaging paho-mqtt pandas
  paramiko passlib pathspec patsy pdfminer.six pdm peewee pexpect pika pillow pip pip-tools pipenv pipx platformdirs
  playwright plotly pluggy poetry polars pre-commit prettytable prometheus-client prompt-toolkit protobuf psutil psycopg
  psycopg-binary psycopg2 psycopg2-binary pyarrow pyasn1 pyasn1-modules pyaudio pyautogui pybind11 pycountry pycparser
  pycryptodome pydantic pydantic-core pydantic-settings pydot pydub pyftdi pygame pygithub pygments pyinstaller pyjwt
  pylint pymemcache pymodbus pymongo pymssql pymupdf pymysql pynacl pynput pyodbc pyopenssl pyparsing pypdf pypdf2
  pyperclip pyproj pyqt5 pyqt6 pyquery pyserial pyside6 pytesseract pytest pytest-asyncio pytest-cov pytest-mock
  pytest-xdist python-crontab python-dateutil python-docx python-dotenv python-gitlab python-jose python-json-logger
  python-ldap python-magic python-memcached python-multipart python-nmap python-pptx python-slugify python-socketio
  python-telegram-bot python-vlc pytorch-lightning pyttsx3 pytz pyusb pyvisa pywin32 pywinpty pyyaml pyzbar pyzmq
  rasterio redis regex requests requests-oauthlib responses rich rpi.gpio rsa ruamel.yaml ruff s3fs s3transfer scapy
  schedule scikit-build-core scikit-image scikit-learn scipy scrapy seaborn selenium sentence-transformers sentencepiece
  sentry-sdk setuptools shapely simplejson six slack-sdk sniffio sortedcontainers sounddevice soupsieve spacy
  speechrecognition sphinx sqlalchemy sqlparse starlette statsmodels streamlit stripe structlog sympy tabulate tenacity
  tensorboard tensorflow termcolor tiktoken tinydb tokenizers toml tomli torch torchaudio torchvision tornado tox tqdm
  traitlets transformers twilio twine typer typing-extensions tzdata tzlocal ujson umap-learn urllib3 uv uvicorn uvloop
  virtualenv wandb watchdog watchfiles wcwidth websocket-client websockets werkzeug wheel wrapt wtforms wxpython xarray
  xgboost xlrd xlsxwriter xmltodict yarl zipp zope.interface`
    .trim()
    .split(/\s+/);

/** Modules whose project has another name. Keys are normalised; only where one project is meant beyond doubt. */
const MODULES: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bio: 'biopython',
  bs4: 'beautifulsoup4',
  crypto: 'pycryptodome',
  cryptodome: 'pycryptodomex',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  discord: 'discord.py',
  dns: 'dnspython',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  faiss: 'faiss-cpu',
  fitz: 'pymupdf',
  git: 'gitpython',
  github: 'pygithub',
  'google-protobuf': 'protobuf',
  googleapiclient: 'google-api-python-client',
  imblearn: 'imbalanced-learn',
  jose: 'python-jose',
  jwt: 'pyjwt',
  kafka: 'kafka-python',
  ldap: 'python-ldap',
  magic: 'python-magic',
  mysqldb: 'mysqlclient',
  nacl: 'pynacl',
  openssl: 'pyopenssl',
  pil: 'pillow',
  'pkg-resources': 'setuptools',
  pptx: 'python-pptx',
  pythoncom: 'pywin32',
  pywintypes: 'pywin32',
  'rest-framework': 'djangorestframework',
  'ruamel-yaml': 'ruamel.yaml',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  slugify: 'python-slugify',
  socketio: 'python-socketio',
  telegram: 'python-telegram-bot',
  umap: 'umap-learn',
  usb: 'pyusb',
  win32api: 'pywin32',
  win32com: 'pywin32',
  win32con: 'pywin32',
  win32gui: 'pywin32',
  wx: 'wxpython',
  yaml: 'pyyaml',
  zmq: 'pyzmq',
};

/** What people call a project that is not called so. Keys are normalised. */
const NAMES: Readonly<Record<string, string>> = {
  beautifulsoup: 'beautifulsoup4',
  'beautiful-soup': 'beautifulsoup4',
  'django-rest-framework': 'djangorestframework',
  'mysql-connector': 'mysql-connector-python',
  opencv: 'opencv-python',
  opencv2: 'opencv-python',
  'opencv-contrib': 'opencv-contrib-python',
  'opencv-headless': 'opencv-python-headless',
  'open-cv': 'opencv-python',
  pycrypto: 'pycryptodome',
  'psycopg2-bin': 'psycopg2-binary',
  'python-opencv': 'opencv-python',
  'python-pillow': 'pillow',
  'python-yaml': 'pyyaml',
  pytorch: 'torch',
  'scikit-learning': 'scikit-learn',
  'sci-kit-learn': 'scikit-learn',
  'tensor-flow': 'tensorflow',
  'telegram-bot': 'python-telegram-bot',
};

/** The projects that a name may mean. */
export const KNOWN_PROJECTS: readonly string[] = KNOWN;

/** Returns the project that a module comes from; null where the names are the same or unknown. */
export function findProjectOf(module: string): string | null {
  return read(MODULES, module);
}

/** Returns the project that a name means which people take for its name; null where none is known. */
export function findProjectCalled(name: string): string | null {
  return read(NAMES, name);
}

function read(table: Readonly<Record<string, string>>, name: string): string | null {
  const key = normalizeName(name);
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}
