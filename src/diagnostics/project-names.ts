/**
 * Well known projects, to recognise a mistyped name. Only these are ever suggested: a name that is near by chance, or was
 * registered to be near, is not.
 */
const KNOWN =
  `aiohttp airflow alembic altair ansible anyio apache-airflow argcomplete arrow asgiref async-timeout asyncpg attrs
  babel beautifulsoup4 bcrypt black bleach bokeh boto3 botocore build cachetools celery certifi cffi chardet charset-normalizer
  click cloudpickle colorama confluent-kafka contourpy coverage cryptography cupy cycler cython dash dask datasets decorator
  django django-cors-headers djangorestframework docker docutils duckdb elasticsearch fabric faiss-cpu fastapi filelock flake8
  flask flask-cors flask-sqlalchemy fonttools fsspec future gensim geopandas gevent gitpython google-auth gradio greenlet grpcio
  gunicorn h5py httplib2 httptools httpx huggingface-hub hypothesis idna imageio importlib-metadata importlib-resources
  ipykernel ipython ipywidgets isort itsdangerous jax jedi jinja2 jmespath joblib jsonschema jupyter jupyterlab kafka-python
  keras keyring kiwisolver kubernetes langchain lightgbm llvmlite lxml mako markdown markupsafe marshmallow matplotlib mlflow
  mock more-itertools moto mplcursors msgpack multidict mypy mysql-connector-python mysqlclient natsort nbconvert nbformat
  networkx nltk notebook numba numexpr numpy oauthlib openai opencv-python opencv-python-headless openpyxl orjson packaging
  pandas paramiko passlib pathspec patsy peewee pexpect pillow pip pip-tools pipenv pipx platformdirs playwright plotly pluggy
  poetry polars pre-commit prettytable prometheus-client prompt-toolkit protobuf psutil psycopg psycopg2 psycopg2-binary
  pyarrow pyasn1 pycparser pycryptodome pydantic pydot pygame pygments pyinstaller pyjwt pylint pymongo pymysql pynacl pyodbc
  pyopenssl pyparsing pyperclip pypdf pyqt5 pyqt6 pyserial pyside6 pytest pytest-asyncio pytest-cov pytest-mock pytest-xdist
  python-dateutil python-docx python-dotenv python-multipart pytz pywin32 pyyaml pyzmq redis regex requests requests-oauthlib
  rich rsa ruff s3fs s3transfer scikit-image scikit-learn scipy scrapy seaborn selenium sentencepiece sentry-sdk setuptools
  shapely simplejson six sniffio sortedcontainers soupsieve spacy sphinx sqlalchemy sqlparse starlette statsmodels streamlit
  sympy tabulate tenacity tensorboard tensorflow termcolor tiktoken tokenizers toml tomli torch torchaudio torchvision tornado
  tox tqdm traitlets transformers twine typer typing-extensions tzdata tzlocal ujson urllib3 uvicorn uvloop virtualenv wandb
  watchdog watchfiles wcwidth websocket-client websockets werkzeug wheel wrapt wtforms xgboost xlrd xlsxwriter yarl zipp`
    .trim()
    .split(/\s+/);

/** What is imported under another name than the project's. */
const MODULES: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  crypto: 'pycryptodome',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  discord: 'discord.py',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'pymupdf',
  git: 'gitpython',
  'google-protobuf': 'protobuf',
  'google.protobuf': 'protobuf',
  jose: 'python-jose',
  jwt: 'pyjwt',
  kafka: 'kafka-python',
  ldap: 'python-ldap',
  magic: 'python-magic',
  mysqldb: 'mysqlclient',
  openssl: 'pyopenssl',
  pil: 'Pillow',
  pkg_resources: 'setuptools',
  pptx: 'python-pptx',
  psycopg2_binary: 'psycopg2-binary',
  pythoncom: 'pywin32',
  rest_framework: 'djangorestframework',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  socketio: 'python-socketio',
  telegram: 'python-telegram-bot',
  usb: 'pyusb',
  win32api: 'pywin32',
  win32com: 'pywin32',
  wx: 'wxPython',
  yaml: 'PyYAML',
  zmq: 'pyzmq',
};

/** Modules of the standard library that people try to install. */
const STANDARD =
  `abc argparse array ast asyncore base64 bisect builtins calendar cmath cmd codecs collections concurrent contextlib copy csv
  ctypes curses datetime decimal difflib email fractions ftplib functools getpass glob gzip hashlib heapq html http imaplib
  importlib inspect io itertools json locale logging math mmap multiprocessing operator os pathlib pickle platform pprint
  queue random re sched secrets select shelve shutil signal smtplib socket sqlite3 ssl stat statistics string struct
  subprocess sys tarfile tempfile textwrap threading time timeit tkinter tokenize traceback turtle types unicodedata unittest
  urllib uuid venv warnings weakref webbrowser winreg xml zipfile zlib`
    .trim()
    .split(/\s+/);

/** The projects that a near miss may mean. */
export const KNOWN_PROJECTS: readonly string[] = KNOWN;

/** Returns the project that a module comes from; null where the names are the same or unknown. */
export function findProjectOf(module: string): string | null {
  const name = module.toLowerCase();
  return Object.hasOwn(MODULES, name) ? (MODULES[name] ?? null) : null;
}

/** Whether it comes with Python and is no project of an index. */
export function isStandardModule(name: string): boolean {
  return STANDARD.includes(name.toLowerCase());
}
