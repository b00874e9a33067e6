#!/usr/bin/python3
"""A server on loopback with every fault that a network has.

usage: fault.py DIR

Prints shell variables, then serves until it is killed.  What it does is said
by the path of the request, /MODE?ARGUMENTS.  DIR/log gets a line for each
request: milliseconds, server, method, path; DIR/seen all of its bytes.
"""
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

DIR = sys.argv[1]
LOCK = threading.Lock()
COUNTS = {}
WINDOWS = {}
FEED = (b"<rss version='2.0'><channel><title>t</title>"
        b"<item><guid>a</guid><title>one</title></item>"
        b"<item><guid>b</guid><title>two</title></item></channel></rss>\n")


def log(server, method, path, note=""):
    with LOCK, open(DIR + "/log", "a", encoding="utf-8") as out:
        out.write("%d %s %s %s%s\n" % (time.time() * 1000, server, method,
                                       path, note))


def head(status=200, body=b"", kind="application/rss+xml", more=()):
    lines = ["HTTP/1.1 %d X" % status, "Content-Type: " + kind,
             "Content-Length: %d" % len(body), "Connection: close"]
    lines += more
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def drip(conn, data, pause):
    for i in range(len(data)):
        conn.sendall(data[i:i + 1])
        time.sleep(pause)


def count(name):
    with LOCK:
        COUNTS[name] = COUNTS.get(name, 0) + 1
        return COUNTS[name]


def m_ok(conn, _arg):
    conn.sendall(head(body=FEED))


def m_delay(conn, arg):
    time.sleep(int(arg["ms"]) / 1000)
    m_ok(conn, arg)


def m_reset(conn, arg):
    conn.sendall(head(body=FEED)[:int(arg["at"])])
    time.sleep(0.05)
    reset(conn)


def m_half(conn, arg):
    conn.sendall(head(body=FEED)[:int(arg["at"])])
    conn.shutdown(socket.SHUT_WR)
    time.sleep(0.2)


def m_trickle(conn, _arg):
    conn.sendall(head(body=b" " * 100000)[:200])
    drip(conn, b" " * 600, 1)


def m_slowhead(conn, _arg):
    drip(conn, b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000, 1)


def m_stall(conn, _arg):
    conn.sendall(head(body=FEED)[:150])
    time.sleep(600)


def m_short(conn, _arg):
    conn.sendall(head(body=FEED).replace(
        b"Content-Length: ", b"Content-Length: 9"))


def m_long(conn, _arg):
    conn.sendall(head(body=FEED) + b"and more than was promised")


def m_chunkcut(conn, _arg):
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                 b"Content-Type: text/xml\r\n\r\n%x\r\n" % len(FEED) +
                 FEED[:90])


def m_chunkbad(conn, _arg):
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                 b"Content-Type: text/xml\r\n\r\nzz\r\n" + FEED)


def m_chunks(conn, _arg):
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                 b"Content-Type: text/xml\r\n\r\n%x\r\n" % len(FEED) + FEED +
                 b"\r\n0\r\n\r\n")


def m_status(conn, arg):
    body = arg.get("body", "").encode()
    more = ["Retry-After: " + arg["retry"]] if "retry" in arg else []
    if "more" in arg:
        more.append(arg["more"])
    conn.sendall(head(int(arg["code"]), body, arg.get(
        "kind", "application/json"), more))


def m_seq(conn, arg):
    codes = arg["codes"].split(",")
    code = codes[min(count(arg["name"]), len(codes)) - 1]
    if code == "200":
        m_ok(conn, arg)
    elif code == "reset":
        reset(conn)
    else:
        m_status(conn, {**arg, "code": code})


def m_loop(conn, _arg):
    conn.sendall(head(302, more=["Location: /loop"]))


def m_away(conn, arg):
    conn.sendall(head(int(arg.get("code", "302")),
                      more=["Location: " + arg["to"]]))


def m_bighead(conn, _arg):
    conn.sendall(b"HTTP/1.1 200 OK\r\nX-Big: " + b"x" * 90000 + b"\r\n")
    for i in range(40):
        conn.sendall(b"X-%d: " % i + b"y" * 9000 + b"\r\n")
    conn.sendall(b"\r\n" + FEED)


def m_endless(conn, _arg):
    conn.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
    while True:
        conn.sendall(b" " * 65536)


def m_garbage(conn, _arg):
    conn.sendall(bytes(range(256)) * 20)


def m_nothing(conn, _arg):
    reset(conn)


def m_old(conn, _arg):
    conn.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + FEED)


def m_notgzip(conn, _arg):
    conn.sendall(head(body=FEED, more=["Content-Encoding: gzip"]))


def m_bomb(conn, arg):
    with open(DIR + "/bomb." + arg["how"], "rb") as data:
        body = data.read()
    conn.sendall(head(body=body, more=["Content-Encoding: " + arg["how"]]))


def m_page(conn, arg):
    conn.sendall(head(int(arg.get("code", "200")),
                      b"<!doctype html><title>Log in</title>", "text/html"))


def m_limit(conn, arg):
    """The first of a name opens a window of so many seconds."""
    name = arg["name"]
    with LOCK:
        now = time.time()
        inside = now < WINDOWS.get(name, 0)
        opens = name not in WINDOWS
        if opens:
            WINDOWS[name] = now + float(arg["s"])
    if inside:
        log("limit", "INSIDE", name)
    if opens or inside:
        conn.sendall(head(429, b"{}", "application/json",
                          ["Retry-After: " + arg["s"]]))
    else:
        m_ok(conn, arg)


def m_token(conn, arg):
    time.sleep(int(arg["ms"]) / 1000)
    conn.sendall(head(body=b'{"access_token":"new-access","refresh_token":'
                      b'"new-refresh","expires_in":3600}',
                      kind="application/json"))


MODES = {k[2:]: v for k, v in list(globals().items()) if k.startswith("m_")}


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 100000:
        piece = conn.recv(65536)
        if not piece:
            return data
        data += piece
    want = re.search(rb"(?i)\r\ncontent-length: *(\d+)", data)
    end = data.index(b"\r\n\r\n") + 4 + (int(want.group(1)) if want else 0)
    while len(data) < end:
        piece = conn.recv(65536)
        if not piece:
            break
        data += piece
    return data


def serve_one(conn, server, context):
    try:
        conn.settimeout(60)
        if context:
            conn = context.wrap_socket(conn, server_side=True)
        data = read_request(conn)
        if not data:
            return
        with LOCK, open(DIR + "/seen." + server, "ab") as out:
            out.write(data + b"\n")
        method, target = data.split(b"\r\n")[0].decode().split(" ")[:2]
        parts = urlsplit(target)
        log(server, method, target)
        arg = {k: v[0] for k, v in parse_qs(parts.query).items()}
        MODES.get(parts.path.split("/")[1], m_ok)(conn, arg)
    except (OSError, ValueError):
        pass
    finally:
        try:
            conn.close()
        except OSError:
            pass


def listen(server, context=None, host="127.0.0.1"):
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, 0))
    sock.listen(128)

    def accept():
        while True:
            conn, _ = sock.accept()
            threading.Thread(target=serve_one, args=(conn, server, context),
                             daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return sock.getsockname()[1]


def openssl(*words):
    subprocess.run(("openssl",) + words, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificate(name, host, days=("-days", "30")):
    """A key and a certificate of our own authority."""
    base = DIR + "/" + name
    with open(base + ".ext", "w", encoding="utf-8") as ext:
        ext.write("subjectAltName=" + host + "\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", base + ".key",
            "-out", base + ".csr", "-subj", "/CN=" + name)
    openssl("x509", "-req", "-in", base + ".csr", "-CA", DIR + "/ca.pem",
            "-CAkey", DIR + "/ca.key", "-CAcreateserial", "-extfile",
            base + ".ext", "-out", base + ".pem", *days)


def context_of(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DIR + "/" + name + ".pem",
                            DIR + "/" + name + ".key")
    return context


def make_tls():
    own = "DNS:localhost,IP:127.0.0.1"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
            DIR + "/ca.key", "-out", DIR + "/ca.pem", "-days", "30",
            "-subj", "/CN=test authority")
    certificate("good", own)
    # It ended before it began to be looked at.
    certificate("expired", own, ("-days", "-1"))
    certificate("wrong", "DNS:other.example")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
            DIR + "/self.key", "-out", DIR + "/self.pem", "-days", "30",
            "-subj", "/CN=localhost", "-addext",
            "subjectAltName=" + own)
    ports = {n: listen(n, context_of(n))
             for n in ("good", "expired", "wrong", "self")}
    old = context_of("good")
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1
    ports["old"] = listen("old", old)
    return ports


def main():
    found = {"one": listen("one"), "two": listen("two")}
    if len(sys.argv) > 2:
        found.update(make_tls())
    try:
        found["six"] = listen("six", host="::1")
    except OSError:
        pass
    for name, port in found.items():
        print("fault_%s=%d" % (name, port))
    print("fault_pid=%d" % os.getpid(), flush=True)
    sys.stdout.close()
    threading.Event().wait()


main()
