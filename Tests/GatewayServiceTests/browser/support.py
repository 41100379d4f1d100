"""What the checks stand on: a register of them, the system with its payments, and the browser."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

CHECKS = []


def check(name):
    def register(body):
        CHECKS.append((name, body))
        return body
    return register


def run_all():
    """The results, in the order of registration."""
    results = []
    for name, body in CHECKS:
        problem = None
        try:
            body()
        except Exception as error:  # whatever goes wrong is the check's result
            place = traceback.extract_tb(error.__traceback__)[-1]
            problem = f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})"
        results.append({"name": name, "problem": problem})
        print("✓" if problem is None else "✗", name, problem or "", flush=True)
    return results


with open(sys.argv[1]) as file:
    STATE = json.load(file)
ADDRESS = STATE["gateway"]["address"]


def florin(*arguments):
    """What a command prints as JSON; a payment that is not decided in time is no failure."""
    program = os.environ.get("FLORIN", ".build/debug/florin")
    return json.loads(subprocess.run(
        [program, *arguments, "--output", "json"], stdout=subprocess.PIPE, timeout=60,
        env=os.environ | {"FLORIN_DATA": os.path.dirname(sys.argv[1])}).stdout)


def payment(amount, *options, wait="10s"):
    made = florin("payment", "create", *amount.split(), "--merchant", "acme", *options)["id"]
    florin("payment", "process", made, "--timeout", wait)
    return made


def api(path, **terms):
    """What the HTTP API answers to a form, with the development system's key."""
    request = urllib.request.Request(
        ADDRESS + path, urllib.parse.urlencode(terms, doseq=True).encode(),
        {"Authorization": f"Bearer {STATE['gateway']['secretKey']}"})
    return json.load(urllib.request.urlopen(request, timeout=30))


class Receiver:
    """A server that takes webhooks, and answers with a text."""

    def __init__(self, text):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()


def sql(text):
    """As the owner of the gateway's database."""
    subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
                    STATE["services"]["gateway"]["ownerDatabase"], "-c", text],
                   check=True, timeout=30)


def link():
    return florin("gateway", "console-login")["url"]


def chrome():
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--force-device-scale-factor=1", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update",
                     f"--user-data-dir={tempfile.mkdtemp(prefix='florin-chromium-')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_page_load_timeout(30)
    return driver


CHROME = chrome()


def size(width, height, dark=False):
    CHROME.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    CHROME.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})


def go(path):
    CHROME.get(ADDRESS + path)


def text():
    return CHROME.execute_script("return document.body.innerText")


def find(selector):
    return CHROME.find_elements(By.CSS_SELECTOR, selector)


def sign_in():
    CHROME.get(link())
    find("button.main")[0].click()
    eventually(lambda: CHROME.current_url == ADDRESS + "/console")
    hold_still(True)


def hold_still(is_still):
    """Whether pages stay as they were fetched: what is looked at must not be replaced meanwhile."""
    CHROME.execute_script(
        "sessionStorage.setItem('paused', arguments[0])", "yes" if is_still else "no")


def plain(path, cookie=None, method="GET", body=None):
    """Status, headers and text of an answer, got without the browser; nothing is followed."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments):
            return None

    headers = {"Cookie": cookie} if cookie else {}
    request = urllib.request.Request(ADDRESS + path, body, headers, method=method)
    try:
        answer = urllib.request.build_opener(Stay).open(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read().decode()


def eventually(holds, limit=30):
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def contains(whole, *parts):
    for part in parts:
        assert part in whole, f"{part!r} is not in: {whole[:2000]}"
