"""What the console shows of a success, a refund, a decline, a hold and a doubt."""

import os
import signal
from urllib.parse import quote, urlparse

from support import (ADDRESS, CHROME, STATE, By, Receiver, api, check, contains, eventually, find,
                     florin, go, hold_still, json, link, payment, plain, sign_in, size, sql, text)

ATTACK = "<script>document.title='stolen'</script><img src=x onerror=\"document.title='stolen'\">"
SAMPLE = os.path.join(os.path.dirname(__file__), "../../../docs/samples/eurofxref-sample.xml")

florin("fx", "import", SAMPLE)
PAID = payment("100.00 USD", "--description", "order 1")
REFUND = florin("refund", "create", PAID, "40.00", "USD")["refund"]["id"]
DECLINED = payment("75.50 EUR", "--description", ATTACK, "--metadata", f"note={ATTACK}"[:500],
                   "--payment-method", "pm_card_visa_chargeDeclinedInsufficientFunds")
YEN = payment("5000 JPY", "--settle-in", "EUR", "--description", "注文 17")
HELD = payment("1.230 KWD", "--capture", "manual")
RECEIVER = Receiver(ATTACK)
TAKING = api("/v1/webhook_endpoints", url=RECEIVER.url, **{"enabled_events[]": "*"})["id"]
# Nobody listens there.
DEAF = api("/v1/webhook_endpoints", url="http://127.0.0.1:9/hook",
           **{"enabled_events[]": "payment_intent.succeeded"})["id"]
api("/v1/payment_intents", amount=1000, currency="usd", payment_method="pm_card_visa",
    confirm="true")
ACQUIRER = STATE["services"]["acquirer"]["process"]["pid"]
os.kill(ACQUIRER, signal.SIGSTOP)
try:
    DOUBTFUL = payment("12.00 USD", wait="2s")

    def saga(of):
        return florin("saga", "list", "--payment", of)["sagas"][0]

    def in_doubt():
        return any(step["status"] == "in_doubt" for step in saga(DOUBTFUL)["steps"])

    eventually(in_doubt, 60)
except BaseException:
    os.kill(ACQUIRER, signal.SIGCONT)
    raise

PAGES = ["/console", "/console/payments", "/console/sagas", "/console/ledger", "/console/rates",
         "/console/webhooks", "/console/webhooks?merchant=acme"]
THINGS = [f"/console/payments/{PAID}", f"/console/payments/{DECLINED}",
          f"/console/payments/{DOUBTFUL}", f"/console/sagas/{saga(DECLINED)['id']}",
          f"/console/sagas/{saga(DOUBTFUL)['id']}"]


@check("A visitor without a session sees nothing")
def _():
    for path in PAGES + THINGS + ["/console/find?id=" + PAID]:
        status, headers, body = plain(path)
        assert status == 401, f"{path}: {status}"
        assert PAID not in body and "acme" not in body, path
    status, _, _ = plain("/console", cookie="florin=" + "0" * 64)
    assert status == 401, status


@check("A link opens the console once, and only when asked")
def _():
    url = urlparse(link())
    target = url.path + "?" + url.query
    for _ in range(2):
        status, headers, body = plain(target)
        assert status == 200 and headers["Set-Cookie"] is None, "looking at it is enough"
    token = url.query.removeprefix("token=")
    status, headers, _ = plain(url.path, method="POST", body=url.query.encode())
    assert status == 303, status
    cookie = headers["Set-Cookie"]
    contains(cookie, "HttpOnly", "SameSite=Strict", "Max-Age=28800", "Path=/")
    assert token not in cookie
    status, _, _ = plain(url.path, method="POST", body=url.query.encode())
    assert status == 401, status
    session = cookie.split(";")[0]
    status, _, _ = plain("/console", cookie=session)
    assert status == 200, status
    plain("/console/logout", cookie=session, method="POST", body=b"")
    status, _, _ = plain("/console", cookie=session)
    assert status == 401, status


@check("A link and a session that have run out open nothing")
def _():
    old = urlparse(link())
    sql("UPDATE console_login SET expires_at = now()")
    status, _, _ = plain(old.path, method="POST", body=old.query.encode())
    assert status == 401, status
    good = urlparse(link())
    _, headers, _ = plain(good.path, method="POST", body=good.query.encode())
    session = headers["Set-Cookie"].split(";")[0]
    assert plain("/console", cookie=session)[0] == 200
    sql("UPDATE console_session SET expires_at = now()")
    assert plain("/console", cookie=session)[0] == 401


@check("Every answer keeps to itself: nothing inline, nothing from elsewhere, in no frame")
def _():
    for path in ["/console", "/console/login", "/console/console.css", "/console/console.js"]:
        _, headers, _ = plain(path)
        contains(headers["Content-Security-Policy"], "default-src 'none'", "script-src 'self';",
                 "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    assert plain("/console")[1]["Cache-Control"] == "no-store"


@check("What is no page, no method and no id is refused")
def _():
    sign_in()
    for path in ["/console/nothing", "/console/payments/pi_x", "/console/sagas/../payments/1"]:
        go(path)
        contains(text(), "no such page")
    assert plain("/console", method="DELETE")[0] == 405
    assert plain("/consolex")[0] == 401, "that is the API's"
    go("/console/find?id=<b>")
    contains(text(), "no id of a payment")


@check("The overview tells how things are")
def _():
    sign_in()
    contains(text(), "balanced", "at work", "need attention", "Unfinished", "12.00 USD in 1",
             "Latest payments", PAID, "HTTP answers")
    assert len(find(".plot svg")) == 4


@check("Payments are listed with their money, and by state")
def _():
    go("/console/payments")
    contains(text(), "100.00 USD", "75.50 EUR", "5000 JPY", "1.230 KWD", "insufficient funds",
             "refunded", "requires capture", "注文 17")
    go("/console/payments?status=succeeded&merchant=acme")
    contains(text(), PAID)
    assert DECLINED not in text()
    go("/console/payments?merchant=nobody")
    contains(text(), "There are none")


@check("Long lists go on, with the same filter")
def _():
    for _ in range(26):
        florin("payment", "create", "1.00", "USD", "--merchant", "many")
    go("/console/payments?merchant=many&status=requires_confirmation")
    first = {link.get_attribute("href") for link in find("tbody th a")}
    assert len(first) == 25, len(first)
    find("a[rel=next]")[0].click()
    eventually(lambda: "cursor=" in CHROME.current_url)
    rest = {link.get_attribute("href") for link in find("tbody th a")}
    assert len(rest) == 1 and not rest & first, rest
    contains(CHROME.current_url, "merchant=many", "status=requires_confirmation")
    assert not find("a[rel=next]")
    find(".pages a")[0].click()
    eventually(lambda: "cursor=" not in CHROME.current_url)


@check("A payment's page tells all that happened to it")
def _():
    go(f"/console/payments/{PAID}")
    contains(text(), "100.00 USD", "97.10 USD", "40.00 USD", REFUND, "order 1", "Why:",
             "purchase approved", "acquirer to merchant:acme 100.00 USD", "refund payment",
             "payment intent.succeeded", "UTC")


@check("A decline shows what was undone")
def _():
    go(f"/console/payments/{DECLINED}")
    contains(text(), "insufficient funds", "compensated", "compensating", "capture refused")
    go(f"/console/sagas/{saga(DECLINED)['id']}")
    contains(text(), "hold", "compensated", "card_declined")
    undone = find(".lane rect.undone")
    assert len(undone) == 2, f"{len(undone)} bars"
    assert all(bar.get_attribute("fill") == "url(#undone)" for bar in undone)
    assert find("#undone")


@check("A doubt is marked, in words and in the picture")
def _():
    go(f"/console/sagas/{saga(DOUBTFUL)['id']}")
    contains(text(), "In doubt:", "in doubt", "What would stay", "capture")
    assert find(".lane rect.doubt")
    go("/console/sagas")
    contains(text(), "in doubt", "running", "compensated", "succeeded")


@check("The books are shown, and that they balance")
def _():
    go("/console/ledger")
    contains(text(), "Trial balance", "merchant:acme", "acquirer", "fees", "JPY", "KWD", "yes")
    assert "no\n" not in text()
    go("/console/ledger?name=merchant:&currency=usd")
    rows = [row.text for row in find("table:last-of-type tbody th")]
    assert "merchant:acme" in rows, rows


@check("The rates are shown with their day, and that they are samples")
def _():
    go("/console/rates")
    contains(text(), "USD", "JPY", "sample", "for one euro")


@check("Webhooks are shown by endpoint: what was taken, what was not, and why")
def _():
    go("/console/webhooks")
    contains(text(), TAKING, DEAF, RECEIVER.url, "failing", "enabled", "Choose an endpoint")
    go(f"/console/webhooks?merchant=acme&endpoint={TAKING}")
    contains(text(), "delivered", "payment_intent.succeeded", "200", ATTACK)
    assert not find("main img, main script")
    find(f"a[href*='{DEAF}']")[0].click()
    eventually(lambda: DEAF in CHROME.current_url)
    contains(text(), "payment_intent.succeeded", "pending", "no connection")
    go("/console/webhooks?merchant=acme&state=dead")
    contains(text(), "There are none")
    go("/console/webhooks?merchant=acme&mode=live")
    contains(text(), "There are none")
    go("/console/webhooks?merchant=nobody")
    contains(text(), "There is no account")


@check("What someone else wrote comes out as text")
def _():
    for path in [f"/console/payments/{DECLINED}", "/console/payments", "/console",
                 "/console/payments?customer=%22%3E" + quote(ATTACK)]:
        go(path)
        assert "stolen" not in CHROME.title, path
        assert not find("main img, main script, main [onerror]"), path
    go(f"/console/payments/{DECLINED}")
    contains(text(), ATTACK)


@check("An id is found from any page")
def _():
    go("/console/rates")
    field = find("input[name=id]")[0]
    field.send_keys(PAID)
    field.submit()
    eventually(lambda: CHROME.current_url.endswith(f"/console/payments/{PAID}"))


@check("What moves is fetched anew, until it is paused")
def _():
    hold_still(False)
    go("/console/sagas")
    eventually(lambda: find("#refresh-state.good"))
    made = florin("payment", "create", "3.21", "USD", "--merchant", "acme")["id"]
    florin("payment", "process", made, "--timeout", "1s")
    eventually(lambda: "3.21 USD" in text())
    find("#refresh")[0].click()
    eventually(lambda: "Paused" in text())
    go("/console/sagas")
    contains(text(), "Paused")


@check("No page sticks out of a phone, in light or dark")
def _():
    for dark in (False, True):
        size(360, 740, dark)
        for path in PAGES + THINGS:
            go(path)
            wide = CHROME.execute_script(
                "return document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{path}: {wide} px too wide"
    size(1280, 900)


@check("Pages have landmarks, one heading, labels, captions and heads")
def _():
    for path in PAGES + THINGS:
        go(path)
        assert find("html[lang=en]") and len(find("main")) == 1 and len(find("h1")) == 1, path
        assert find("nav[aria-label]") and find("header") and find("footer"), path
        for table in find("table"):
            assert table.find_elements(By.TAG_NAME, "caption"), path
            assert table.find_elements(By.CSS_SELECTOR, "thead th[scope=col]"), path
            assert table.find_elements(By.CSS_SELECTOR, "tbody th[scope=row]"), path
        for field in find("main input, main select"):
            assert field.accessible_name, path
        for picture in find("svg[role=img]"):
            assert picture.get_attribute("aria-label"), path


CONTRASTS = """
const parse = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c;
  }
  return [255, 255, 255];
};
const poor = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest("svg, option")) continue;
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
}
return poor;
"""


@check("Text stands out from its ground as AA asks, in light and dark")
def _():
    for dark in (False, True):
        size(1280, 900, dark)
        for path in PAGES + THINGS:
            go(path)
            poor = CHROME.execute_script(CONTRASTS)
            assert not poor, f"{path}: {poor}"
    size(1280, 900)


@check("The keyboard reaches everything, and shows where it is")
def _():
    go("/console/payments")
    CHROME.execute_cdp_cmd("Input.dispatchKeyEvent", {
        "type": "keyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9})
    active = CHROME.switch_to.active_element
    assert active.text == "Skip to content", active.text
    assert active.value_of_css_property("outline-style") == "solid"


@check("A service that does not answer leaves the other parts standing")
def _():
    ledger = STATE["services"]["ledger"]["process"]["pid"]
    os.kill(ledger, signal.SIGSTOP)
    try:
        go(f"/console/payments/{PAID}")
        contains(text(), "ledger service did not answer", "97.10 USD", "purchase approved")
    finally:
        os.kill(ledger, signal.SIGCONT)


@check("The browser complained of nothing, and asked nobody else")
def _():
    os.kill(ACQUIRER, signal.SIGCONT)
    complaints = [entry["message"] for entry in CHROME.get_log("browser")
                  # Pages that are refused on purpose.
                  if "404" not in entry["message"] and "405" not in entry["message"]]
    assert not complaints, complaints
    asked = set()
    for entry in CHROME.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"])
    outside = {url for url in asked if not url.startswith((ADDRESS, "data:", "chrome:", "about:"))}
    assert asked and not outside, outside


@check("Signing out ends the session")
def _():
    go("/console")
    find("form[action='/console/logout'] button")[0].click()
    eventually(lambda: "Signed out" in text())
    go("/console")
    contains(text(), "Only operators")


def take_pictures(folder):
    """For eyes: each page on a desk, in the dark and on a phone."""
    os.makedirs(folder, exist_ok=True)
    sign_in()
    for name, width, height, dark in (
            ("desk", 1280, 1000, False), ("dark", 1280, 1000, True), ("phone", 390, 844, False)):
        size(width, height, dark)
        for path in PAGES + THINGS:
            go(path)
            title = path.removeprefix("/console").strip("/").partition("?")[0].replace("/", "-")
            title = title or "overview"
            CHROME.save_screenshot(os.path.join(folder, f"{name}-{title}.png"))
